import { mkdirSync, realpathSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { createDatabase } from "@/db/create-database";
import { acquireInstanceLock, isLast, type ProcessRole } from "@/db/instance-lock";
import { findBinaries } from "@/db/postgres-binaries";
import { clusterIn, createCluster } from "@/db/postgres-cluster";
import { addressOf, ensureServer, type Server, signalOwnServer, stopServer } from "@/db/postgres-server";
import { chooseUser } from "@/db/postgres-user";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";
import { retry } from "@/lib/retry";

export interface ManagedPostgres {
  /** Of the database `slipway`. It holds the password. */
  connectionString: string;
  /** Release the server; the last process to do so stops it. */
  stop(): Promise<void>;
}

/** A server for this data folder: its programs, its files (made when missing) and the user it runs as. */
export function prepareServer(dataDir: string, settings?: string[]): Server {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const binaries = findBinaries();
  const home = path.join(realpathSync(dataDir), "postgres");
  const user = chooseUser(home, binaries.postgres);
  const cluster = clusterIn(home);
  createCluster(cluster, user, binaries);
  return { cluster, user, binaries, settings };
}

/**
 * Run on the PostgreSQL of a data folder: connect to the server when it is running, start it when it is not, and
 * restart it when it dies.
 * @param dataDir absolute; created when missing
 * @throws Fault `conflict` (another web process), `unsupported` (no PostgreSQL for this platform or user),
 * `unavailable`
 */
export async function startManagedPostgres(dataDir: string, role: ProcessRole): Promise<ManagedPostgres> {
  const server = prepareServer(dataDir);
  const atExit = () => signalOwnServer(server);
  if (role === "web") process.once("exit", atExit);
  const stay: Stay = { server, role, leaving: false, lock: await enter(server, role) };
  watch(stay);
  await createDatabase(addressOf(server.cluster, "postgres"), "slipway");
  return {
    connectionString: addressOf(server.cluster, "slipway"),
    async stop() {
      stay.leaving = true;
      process.off("exit", atExit);
      await leave(stay);
    },
  };
}

interface Stay {
  server: Server;
  role: ProcessRole;
  lock: Client;
  leaving: boolean;
}

function enter(server: Server, role: ProcessRole): Promise<Client> {
  const acquire = async () => {
    await ensureServer(server);
    return acquireInstanceLock(addressOf(server.cluster, "postgres"), role);
  };
  // The previous process may be stopping the server at this moment: then it is started again.
  return retry(acquire, (error, failures) => (error instanceof Fault || failures === 10 ? null : 200));
}

/** When the connection ends, the server may have died: restart it and take the instance lock again. */
function watch(stay: Stay): void {
  stay.lock.once("end", async () => {
    for (let pause = 100; !stay.leaving; pause = Math.min(pause * 2, 5_000)) {
      log.warn("the connection to the managed PostgreSQL was lost");
      const lock = await enter(stay.server, stay.role).catch((error: unknown) => logLoss(error));
      if (lock) return resume(stay, lock);
      await sleep(pause);
    }
  });
}

function logLoss(error: unknown): null {
  log.error({ reason: asFault(error).message }, "the managed PostgreSQL is not back");
  return null;
}

async function resume(stay: Stay, lock: Client): Promise<void> {
  stay.lock = lock;
  if (stay.leaving) return leave(stay);
  watch(stay);
  log.info("the managed PostgreSQL is back");
}

/** The last process to leave stops the server. */
async function leave({ server, lock }: Stay): Promise<void> {
  // without the connection the server is already gone, or another process uses it
  const last = await isLast(lock).catch(() => false);
  if (last) await stopServer(server.cluster);
  await lock.end().catch(() => undefined); // the stopped server has closed it already
}
