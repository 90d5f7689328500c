import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { databaseUrl, testEnv, testServerUrl } from "@test/kit/database";
import { testMember, testOrganization } from "@test/kit/member";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeDatabase, db, setDatabase } from "@/db/client";
import { createDatabase, dropDatabase, onServer } from "@/db/create-database";
import { migrate } from "@/db/migrate";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { closeQueue } from "@/queue/queue";
import { boot } from "@/server/boot";
import { readiness } from "@/server/readiness";
import { stopAll } from "@/server/stop";

const name = `slipway_split_${newId()}`;
const role = `slipway_app_${newId()}`;
const password = randomBytes(16).toString("hex");

/** The operators' page, with a role and a password of this run's own. */
function statements(): string {
  const page = readFileSync(path.resolve("docs/operating.md"), "utf8");
  const [, sql = ""] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
  return sql.replaceAll("slipway_app", role).replace("change-this-password", password);
}

let owner = "";
let app = "";

beforeAll(async () => {
  const server = await testServerUrl();
  await createDatabase(server, name);
  owner = databaseUrl(server, name);
  await migrate(owner);
  await onServer(owner, (client) => client.query(statements()));
  const url = new URL(owner);
  url.username = role;
  url.password = password;
  app = url.href;
  setEnv(testEnv({ DATABASE_URL: app }));
  await boot("web");
});

afterAll(async () => {
  await closeQueue();
  await stopAll();
  await closeDatabase();
  const server = await testServerUrl();
  await dropDatabase(server, name);
  await onServer(server, (client) => client.query(`DROP ROLE IF EXISTS "${role}"`));
});

/** As somebody who got hold of the application's role. */
async function asApp(sql: string): Promise<unknown> {
  const client = new Client({ connectionString: app });
  await client.connect();
  return client.query(sql).finally(() => client.end());
}

const denied = { code: "42501" };

describe("a database role made as the operators' page says", () => {
  afterEach(() => setDatabase(app, { poolSize: 5 }));

  it("has all rights needed to start and to work", async () => {
    expect(await readiness()).toMatchObject({ ready: true });
    await testMember(await testOrganization("Split"), "owner");
    expect(await db().organization.count()).toBe(1);
  });

  it("can write the audit, and can neither change it nor drop its triggers", async () => {
    await asApp(`INSERT INTO audit_event ("actor", "address", "requestId", "action", "result")
      VALUES ('system', '-', 'r', 'test', 'ok')`);
    for (const sql of [
      "UPDATE audit_event SET action = 'x'",
      "DELETE FROM audit_event",
      "TRUNCATE audit_event",
      "DELETE FROM audit_seal",
      "CREATE TABLE mine (a int)",
    ])
      await expect(asApp(sql), sql).rejects.toMatchObject(denied);
    for (const sql of [
      "ALTER TABLE audit_event DISABLE TRIGGER ALL",
      "DROP TRIGGER audit_event_append_only ON audit_event",
      'DROP FUNCTION "refuse_audit_change"() CASCADE',
    ])
      await expect(asApp(sql), sql).rejects.toMatchObject({ ...denied, message: /must be owner/ });
  });

  it("finds no pending migrations, and can use tables that the owner creates later", async () => {
    await expect(migrate(app)).resolves.toEqual([]);
    await onServer(owner, (client) => client.query("CREATE TABLE later (a int)"));
    await asApp("INSERT INTO later VALUES (1)");
    expect(env().databaseUrl).toBe(app);
  });
});
