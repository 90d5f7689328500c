import { testDatabase } from "@test/kit/database";
import { Client, type QueryConfig } from "pg";
import { afterEach, expect, it, vi } from "vitest";
import { connection, db, pool } from "@/db/client";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";

testDatabase();

afterEach(() => vi.restoreAllMocks());

/** Many providers of two organizations, on tables that were never analyzed. */
async function fill(): Promise<string> {
  for (const organizationId of ["plans", "others"])
    await db().organization.create({ data: { organizationId, name: organizationId } });
  await pool().query(`INSERT INTO "git_provider" ("gitProviderId", "organizationId", "name", "providerType", "authMethod",
      "health", "updatedAt")
    SELECT o || n, o, 'p' || n, 'gitea', 'token', '{}', now()
    FROM generate_series(1, 500) n, (VALUES ('plans'), ('others')) AS v (o)`);
  await pool().query(`INSERT INTO "gitea" ("giteaId", "gitProviderId", "giteaUrl")
    SELECT 'g' || "gitProviderId", "gitProviderId", 'https://gitea.example.com' FROM "git_provider"`);
  return "plans";
}

async function planOf({ text, values }: QueryConfig): Promise<string> {
  const { rows } = await pool().query(`EXPLAIN (COSTS OFF) ${text}`, values);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}

it("the provider list is read by index, with table statistics and without", async () => {
  const organizationId = await fill();
  const asked = vi.spyOn(pool(), "query");
  expect(await readProviders(system(organizationId))).toHaveLength(500);
  const statement = asked.mock.calls[0]?.[0] as unknown as QueryConfig;
  const plans = [await planOf(statement)];
  await pool().query("ANALYZE");
  plans.push(await planOf(statement));
  for (const plan of plans) {
    expect(plan).not.toMatch(/Join/);
    expect(plan).toMatch(/Index Scan using "gitea_gitProviderId_key" on gitea/);
    expect(plan).not.toMatch(/Seq Scan on gitea/);
  }
});

it("the query of the provider list is planned once per database connection, not per caller", async () => {
  const client = new Client(connection());
  await client.connect();
  try {
    vi.spyOn(pool(), "query").mockImplementation(client.query.bind(client) as never);
    for (let n = 0; n < 12; n++) await readProviders({ ...system("plans"), seesAll: n % 2 === 0 });
    const { rows } = await client.query(
      `SELECT generic_plans::int AS "once", custom_plans::int AS "each" FROM pg_prepared_statements
       WHERE statement LIKE '%"applicationCount"%' AND name LIKE 's%'`,
    );
    // The server tries five plans for given values before it decides.
    expect(rows).toEqual([{ once: 7, each: 5 }]);
  } finally {
    await client.end();
  }
});
