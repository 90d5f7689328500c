import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { dropDatabase, onServer } from "@/db/create-database";
import { clusterIn } from "@/db/postgres-cluster";
import { stopServer } from "@/db/postgres-server";
import { isAlive } from "@/db/postmaster-file";
import { testServer } from "@/lib/env";
import { newId } from "@/lib/id";

declare module "vitest" {
  interface ProvidedContext {
    /** Where this run keeps its server and its data folders. */
    testFolder: string;
    /** Prefix of the databases of this run. */
    testPrefix: string;
    /** A server to use instead of a managed one; empty when there is none. */
    testServer: string;
  }
}

const mark = "slipway-test-";

/** Nothing is started here: the first test file that needs a database starts it. This stops it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = mkdtempSync(path.join(os.tmpdir(), `${mark}${process.pid}-`));
  const prefix = `slipway_test_${newId().slice(0, 8)}_`;
  const server = testServer() ?? "";
  project.provide("testFolder", folder);
  project.provide("testPrefix", prefix);
  project.provide("testServer", server);
  return async () => {
    if (server) await dropAll(server, prefix);
    await removeFolder(folder);
  };
}

/** Of runs that were killed: their folder names the process that is gone. */
async function removeLeftovers(): Promise<void> {
  const names = readdirSync(os.tmpdir()).filter((name) => name.startsWith(mark));
  const dead = names.filter((name) => !isAlive(Number.parseInt(name.slice(mark.length), 10)));
  // a folder of another user
  for (const name of dead) await removeFolder(path.join(os.tmpdir(), name)).catch(() => undefined);
}

/** Stop the servers in the folder and its sub-folders, then remove it. */
async function removeFolder(folder: string): Promise<void> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of [{ name: "." }, ...entries]) {
    await stopServer(clusterIn(path.join(realpathSync(folder), name, "postgres")));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function dropAll(server: string, prefix: string): Promise<void> {
  const { rows } = await onServer(server, (client) =>
    client.query<{ datname: string }>("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", [
      prefix,
    ]),
  );
  for (const { datname } of rows) await dropDatabase(server, datname);
}
