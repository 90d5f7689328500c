import { prepareServer } from "@/db/managed-postgres";
import { addressOf, ensureServer, stopServer } from "@/db/postgres-server";

export interface TestServer {
  address: string;
  stop(): Promise<void>;
}

/** One server for all runs; the one that TEST_DATABASE_URL names, or one of our own in this folder. */
export async function testServer(folder: string): Promise<TestServer> {
  const named = process.env.TEST_DATABASE_URL;
  if (named) return { address: named, stop: async () => undefined };
  const server = prepareServer(folder, ["fsync=off", "synchronous_commit=off", "max_connections=200"]);
  await ensureServer(server);
  return { address: addressOf(server.cluster, "postgres"), stop: () => stopServer(server.cluster) };
}
