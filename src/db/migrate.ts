import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { onServer } from "@/db/create-database";
import { type Migration, readMigrations } from "@/db/migration-files";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";

/** Prisma's own lock number, so that `prisma migrate` elsewhere and this never run at once. */
const lockNumber = 72707369;

/** How long a migration waits for a table that others use. All who come after it wait meanwhile. */
const tableLockTimeout = "60s";

const table = `CREATE TABLE "_prisma_migrations" (
  "id" VARCHAR(36) NOT NULL PRIMARY KEY, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ,
  "migration_name" VARCHAR(255) NOT NULL, "logs" TEXT, "rolled_back_at" TIMESTAMPTZ,
  "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0)`;

interface Row {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
}

/**
 * Apply what is missing, in order of name, and record it as Prisma does. Several processes may call it at once:
 * the first works, the others wait and find nothing to do.
 * @returns the names applied by this call
 * @throws Fault `conflict` when an earlier run left a migration unfinished or a newer version was here, `internal` when
 * one fails now
 */
export async function migrate(connectionString: string, folder?: string): Promise<string[]> {
  const migrations = readMigrations(folder);
  const work = async (client: Client) => {
    await client.query("SET lock_timeout = 0"); // no time limit: another process may need long for its migrations
    // Session-bound: the end of the connection frees it, however this process ends.
    await client.query("SELECT pg_advisory_lock($1)", [lockNumber]);
    await client.query(`SET lock_timeout = '${tableLockTimeout}'`);
    await makeTable(client);
    return await applyMissing(client, migrations);
  };
  return await onServer(connectionString, work, "slipway-migrate");
}

/**
 * Even CREATE TABLE IF NOT EXISTS needs the right to create tables, which the role of the application need not
 * have.
 */
async function makeTable(client: Client): Promise<void> {
  const { rows } = await client.query(`SELECT to_regclass('"_prisma_migrations"') AS "found"`);
  if (rows[0]?.found === null) await client.query(table);
}

async function applyMissing(client: Client, migrations: Migration[]): Promise<string[]> {
  const { rows } = await client.query<Row>(
    `SELECT migration_name, checksum, finished_at FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  );
  const known = new Map(rows.map((row) => [row.migration_name, row]));
  assertNotNewer(migrations, rows);
  const missing = migrations.filter((migration) => !isApplied(migration, known.get(migration.name)));
  for (const migration of missing) await apply(client, migration);
  return missing.map((migration) => migration.name);
}

/** This version could lose data in the columns of a newer one, so it must not start. */
function assertNotNewer(migrations: Migration[], rows: Row[]): void {
  const last = migrations.at(-1)?.name ?? "";
  const newer = rows.map((row) => row.migration_name).filter((name) => name > last);
  if (newer.length > 0) throw new Fault("conflict", { code: "database_newer", params: { names: newer } });
}

function isApplied(migration: Migration, row: Row | undefined): boolean {
  if (!row) return false;
  if (!row.finished_at)
    throw new Fault("conflict", { code: "migration_unfinished", params: { name: migration.name } });
  if (row.checksum !== migration.checksum)
    log.warn({ migration: migration.name }, "a migration was edited after it was applied");
  return true;
}

async function apply(client: Client, migration: Migration): Promise<void> {
  try {
    await (migration.alone ? applyAlone(client, migration) : applyAtOnce(client, migration));
  } catch (error) {
    const problem = error instanceof Error ? error.message : "unknown";
    throw new Fault(
      "internal",
      { code: "migration_failed", params: { name: migration.name, problem } },
      { cause: error },
    );
  }
}

async function applyAtOnce(client: Client, migration: Migration): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations"(id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // a lost connection has rolled it back
    throw error;
  }
}

/** One statement after the other, outside a transaction; the unfinished row stays when one fails. */
async function applyAlone(client: Client, migration: Migration): Promise<void> {
  const id = randomUUID();
  await client.query(`INSERT INTO "_prisma_migrations"(id, checksum, migration_name) VALUES ($1, $2, $3)`, [
    id,
    migration.checksum,
    migration.name,
  ]);
  for (const statement of migration.statements) await client.query(statement);
  await client.query(
    `UPDATE "_prisma_migrations" SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = $1`,
    [id],
  );
}
