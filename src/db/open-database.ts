import { closeDatabase, setDatabase } from "@/db/client";
import { openDataFolder } from "@/db/data-folder";
import type { ProcessRole } from "@/db/instance-lock";
import { stopListening } from "@/db/listen";
import { startManagedPostgres } from "@/db/managed-postgres";
import { reachServer } from "@/db/named-server";
import type { Env } from "@/lib/env";

export interface OpenDatabase {
  /** It holds a password: never log it. */
  connectionString: string;
  /** Close the connections of this process; stops the managed server when no other process is on it. */
  stop(): Promise<void>;
}

/**
 * Bring the database of these settings within reach and point the client at it: the named server, or the managed
 * one of the data folder. Migrations are a separate step.
 * @param role `web` once per data folder; `helper` for workers and commands
 * @throws Fault as `openDataFolder`, `startManagedPostgres` and `reachServer`
 */
export async function openDatabase(env: Env, role: ProcessRole): Promise<OpenDatabase> {
  openDataFolder(env.dataDir);
  if (env.databaseUrl) {
    await reachServer(env.databaseUrl);
    setDatabase(env.databaseUrl, { poolSize: env.databasePool });
    return { connectionString: env.databaseUrl, stop: closeAll };
  }
  const managed = await startManagedPostgres(env.dataDir, role);
  setDatabase(managed.connectionString, { poolSize: env.databasePool });
  return {
    connectionString: managed.connectionString,
    async stop() {
      await closeAll();
      await managed.stop();
    },
  };
}

async function closeAll(): Promise<void> {
  stopListening();
  await closeDatabase();
}
