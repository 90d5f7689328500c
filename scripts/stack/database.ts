import { createHash } from "node:crypto";
import { Client } from "pg";

/** The server that tests were told to use; without one each app runs its own. */
function server(): string | undefined {
  return process.env.TEST_DATABASE_URL;
}

function nameOf(dataDir: string): string {
  return `slipway_stack_${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
}

async function onServer(address: string, statement: string, ignored?: string): Promise<void> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(statement);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === ignored)) throw error;
  } finally {
    await client.end();
  }
}

/** Settings of an app on a named server: for each data folder a database and keys of its own, the same at each start. */
export async function databaseSettings(dataDir: string): Promise<Record<string, string>> {
  const address = server();
  if (!address) return {};
  const alreadyThere = "42P04";
  await onServer(address, `CREATE DATABASE "${nameOf(dataDir)}"`, alreadyThere);
  const url = new URL(address);
  url.pathname = `/${nameOf(dataDir)}`;
  const secret = createHash("sha256").update(`secret of ${dataDir}`).digest();
  return {
    DATABASE_URL: url.href,
    SLIPWAY_ENCRYPTION_KEYS: `test:${secret.toString("base64")}`,
    NEXTAUTH_SECRET: secret.toString("hex"),
  };
}

/** Take the database of a data folder away again. */
export async function dropDatabase(dataDir: string): Promise<void> {
  const address = server();
  if (address) await onServer(address, `DROP DATABASE IF EXISTS "${nameOf(dataDir)}" WITH (FORCE)`);
}
