import { randomBytes } from "node:crypto";
import path from "node:path";
import { afterAll, beforeAll, inject } from "vitest";
import { closeDatabase, setDatabase } from "@/db/client";
import { createDatabase, dropDatabase, onServer } from "@/db/create-database";
import { stopListening } from "@/db/listen";
import { prepareServer } from "@/db/managed-postgres";
import { migrate } from "@/db/migrate";
import { addressOf, ensureServer } from "@/db/postgres-server";
import { type Env, parseEnv, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { processGlobal } from "@/lib/process-global";
import { closeQueue } from "@/queue/queue";

/**
 * Give this test file a fresh database with all migrations, and settings to go with it: `db()`, `env()` and the key
 * ring work from `beforeAll` on. Call it once, at the top of the file; the database is dropped after the file.
 * @param settings environment variables on top of the usual ones
 */
export function testDatabase(settings: Record<string, string> = {}): void {
  let database: { server: string; name: string } | null = null;
  beforeAll(async () => {
    database = await createTestDatabase();
    const url = databaseUrl(database.server, database.name);
    setEnv(testEnv({ DATABASE_URL: url, ...settings }));
    setDatabase(url, { poolSize: 5 });
  });
  afterAll(async () => {
    await closeQueue();
    stopListening();
    await closeDatabase();
    forgetProcess();
    if (database) await dropDatabase(database.server, database.name);
  });
}

/** Test files share processes: what one of them has counted or cached must not reach the next. */
function forgetProcess(): void {
  const caches = [
    "rateLimitBuckets",
    "oncePerMinute",
    "openStreams",
    "etags",
    "budgets",
    "siteReleases",
    "readiness",
  ];
  for (const name of caches) processGlobal(name, () => new Map<string, unknown>()).value.clear();
}

/** Settings for a test: keys of its own and a data folder that goes away with the run. */
export function testEnv(settings: Record<string, string> = {}): Env {
  return parseEnv({
    SLIPWAY_DATA_DIR: path.join(inject("testFolder"), newId()),
    SLIPWAY_ENCRYPTION_KEYS: `test:${randomBytes(32).toString("base64")}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
    SLIPWAY_SETUP_TOKEN: newId(),
    ...settings,
  });
}

/** A database of its own for one test, for those that need a second one. The caller drops it. */
export async function createTestDatabase(): Promise<{ server: string; name: string }> {
  const server = await testServerUrl();
  const template = await ensureTemplate(server);
  const name = `${inject("testPrefix")}${newId()}`;
  await createDatabase(server, name, template);
  return { server, name };
}

/** An empty server for tests; started by the first file that asks. */
export async function testServerUrl(): Promise<string> {
  const named = inject("testServer");
  if (named) return named;
  const server = prepareServer(inject("testFolder"), [
    "fsync=off",
    "synchronous_commit=off",
    "max_connections=200",
  ]);
  await ensureServer(server);
  return addressOf(server.cluster, "postgres");
}

/** The address of another database on the same server. */
export function databaseUrl(server: string, name: string): string {
  return server.replace(/^(\w+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
}

/** Made once per run under a lock, since several files start at once. */
async function ensureTemplate(server: string): Promise<string> {
  const name = `${inject("testPrefix")}template`;
  await onServer(server, async (client) => {
    await client.query("SET lock_timeout = 0");
    await client.query("SELECT pg_advisory_lock(5179002)");
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return;
    await createDatabase(server, `${name}_draft`);
    await migrate(databaseUrl(server, `${name}_draft`));
    await client.query(`ALTER DATABASE "${name}_draft" RENAME TO "${name}"`);
  });
  return name;
}
