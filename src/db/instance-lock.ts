import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { session } from "@/db/session";
import { Fault } from "@/lib/fault";

/** The role of a process on a data folder: one `web` at a time, and any number of helpers. */
export type ProcessRole = "web" | "helper";

/** Advisory locks in the database `postgres` of the managed server: (ours, which). */
const space = 5_179_001;
const webLock = 1;
const presenceLock = 2;

/**
 * A connection whose advisory locks show the other Slipway processes that this one uses the data folder. PostgreSQL
 * frees them when the connection ends, so that a killed process never locks anyone out.
 * @throws Fault `conflict` with reason `data_folder_in_use` when another web process is there
 */
export async function acquireInstanceLock(connectionString: string, role: ProcessRole): Promise<Client> {
  const client = new Client(session(connectionString, `slipway-${role} ${process.pid}`));
  client.on("error", () => undefined); // an `end` event follows, which is handled
  try {
    await client.connect();
    await client.query("SELECT pg_advisory_lock_shared($1, $2)", [space, presenceLock]);
    if (role === "web") await acquireWebLock(client);
    return client;
  } catch (error) {
    await client.end();
    throw error;
  }
}

/** A process killed a moment ago may not be noticed yet: ask for two seconds. */
async function acquireWebLock(client: Client): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { rows } = await client.query("SELECT pg_try_advisory_lock($1, $2) AS got", [space, webLock]);
    if (rows[0]?.got === true) return;
    await sleep(100);
  }
  throw new Fault("conflict", { code: "data_folder_in_use", params: { pid: await webProcess(client) } });
}

async function webProcess(client: Client): Promise<string> {
  const { rows } = await client.query(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.classid = $1 AND l.objid = $2 AND l.granted`,
    [space, webLock],
  );
  return String(rows[0]?.name ?? "").replace(/^\D*/, "") || "unknown";
}

/** Whether this is the last process on the data folder. No new one can start while the connection stays open. */
export async function isLast(client: Client): Promise<boolean> {
  await client.query("SELECT pg_advisory_unlock_shared($1, $2)", [space, presenceLock]);
  const { rows } = await client.query("SELECT pg_try_advisory_lock($1, $2) AS got", [space, presenceLock]);
  return rows[0]?.got === true;
}
