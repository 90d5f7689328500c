import { Client } from "pg";
import { session } from "@/db/session";

/** Create a database unless it exists. `name` goes into SQL without escaping: it must never come from outside. */
export async function createDatabase(serverUrl: string, name: string, template = "template0"): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [name]);
    if (rowCount) return;
    await client
      .query(`CREATE DATABASE "${name}" TEMPLATE "${template}"`)
      .catch((error: { code?: string }) => {
        const madeMeanwhile = error.code === "42P04" || error.code === "23505";
        if (!madeMeanwhile) throw error;
      });
  });
}

/** Remove a database and end the sessions that are still on it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`));
}

/** Do something over one connection that is closed afterwards. */
export async function onServer<T>(
  serverUrl: string,
  work: (client: Client) => Promise<T>,
  name?: string,
): Promise<T> {
  const client = new Client({ ...session(serverUrl, name), connectionTimeoutMillis: 10_000 });
  // without a listener the process would end; the running query fails with the same error
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
