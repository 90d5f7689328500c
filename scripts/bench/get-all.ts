import { spawn } from "node:child_process";
import path from "node:path";
import { startManagedPostgres } from "@/db/managed-postgres";
import { root } from "../stack/app";
import { type Figure, millis } from "./figure";
import { type Load, load } from "./load";
import type { Stage } from "./stage";

/** A process with the floor's handler on the same database. */
async function startFloor(stage: Stage): Promise<{ url: string; stop(): Promise<void> }> {
  const database = await startManagedPostgres(stage.dataDir, "helper");
  const args = ["--import", "tsx", path.join(root, "scripts/bench/floor.ts")];
  const child = spawn(process.execPath, [...args, database.connectionString, stage.owner.organizationId], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk) => resolve(String(chunk).trim())),
  );
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      child.kill();
      await database.stop();
    },
  };
}

async function addProviders(stage: Stage, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) {
    const accessToken = stage.hosts.token;
    await stage.call("gitea.create", { name: `Bench ${n}`, giteaUrl: stage.hosts.gitea.url, accessToken });
  }
}

function figure(name: string, measured: Load, floor: Load, aim?: string): Figure {
  return {
    name,
    value: `${measured.perSecond.toFixed(0)}/s, p50 ${millis(measured.p50)}, p99 ${millis(measured.p99)}`,
    floor: `bare handler ${floor.perSecond.toFixed(0)}/s, p99 ${millis(floor.p99)}`,
    ratio: floor.perSecond / measured.perSecond,
    aim,
  };
}

async function bothTransports(stage: Stage, providers: number, floorUrl: string): Promise<Figure[]> {
  const headers = { "x-api-key": stage.owner.apiKey };
  const floor = await load(floorUrl);
  const trpc = await load(`${stage.app.url}/api/trpc/gitProvider.getAll`, headers);
  const plain = await load(`${stage.app.url}/api/gitProvider.getAll`, headers);
  return [
    figure(`getAll, ${providers} providers, tRPC`, trpc, floor, "p99 ≤ 50 ms"),
    figure(`getAll, ${providers} providers, REST`, plain, floor, "p99 ≤ 50 ms"),
  ];
}

/** `gitProvider.getAll` with a key, 16 connections, beside a bare handler with one query on the same rows. */
export async function getAll(stage: Stage): Promise<Figure[]> {
  const known = await stage.call<unknown[]>("gitProvider.getAll");
  await addProviders(stage, known.length, 4);
  const floor = await startFloor(stage);
  try {
    const few = await bothTransports(stage, 4, floor.url);
    await addProviders(stage, 4, 100);
    return [...few, ...(await bothTransports(stage, 100, floor.url))];
  } finally {
    await floor.stop();
  }
}
