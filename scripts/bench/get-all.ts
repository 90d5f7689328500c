import { spawn } from "node:child_process";
import path from "node:path";
import { startManagedPostgres } from "@/db/managed-postgres";
import { root } from "../stack/app";
import { type Figure, millis } from "./figure";
import { type Load, loadInTurns } from "./load";
import type { Stage } from "./stage";

/** A process with the bare handler on the same database. */
async function startBare(stage: Stage): Promise<{ url: string; stop(): Promise<void> }> {
  const database = await startManagedPostgres(stage.dataDir, "helper");
  const args = ["--import", "tsx", path.join(root, "scripts/bench/bare-handler.ts")];
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

interface Aim {
  /** Of the bare handler's answers per second. */
  share: number;
  p99: number;
}

function figure(name: string, measured: Load, bare: Load, aim: Aim): Figure {
  const share = measured.perSecond / bare.perSecond;
  return {
    name,
    value: `${measured.perSecond.toFixed(0)}/s, p50 ${millis(measured.p50)}, p99 ${millis(measured.p99)}`,
    peer: `bare handler ${bare.perSecond.toFixed(0)}/s, p99 ${millis(bare.p99)}`,
    ratio: share.toFixed(2),
    aim: `≥ ${aim.share.toFixed(2)}, p99 ≤ ${aim.p99} ms`,
    reached: share >= aim.share && measured.p99 <= aim.p99,
  };
}

async function bothWays(stage: Stage, providers: number, bareUrl: string, aim: Aim): Promise<Figure[]> {
  const headers = { "x-api-key": stage.owner.apiKey };
  const ask = (path: string) => ({ url: `${stage.app.url}${path}`, headers });
  const targets = [{ url: bareUrl }, ask("/api/gitProvider.getAll"), ask("/api/trpc/gitProvider.getAll")];
  const [bare, rest, trpc] = await loadInTurns(targets);
  if (!bare || !rest || !trpc) throw new Error("a target was not measured");
  return [
    figure(`getAll, ${providers} providers, REST`, rest, bare, aim),
    figure(`getAll, ${providers} providers, tRPC`, trpc, bare, aim),
  ];
}

/** `gitProvider.getAll` with a key, 16 connections, beside a bare handler with one statement on the same rows. */
export async function getAll(stage: Stage): Promise<Figure[]> {
  const known = await stage.call<unknown[]>("gitProvider.getAll");
  await addProviders(stage, known.length, 4);
  const bare = await startBare(stage);
  try {
    const few = await bothWays(stage, 4, bare.url, { share: 1 / 4, p99: 25 });
    await addProviders(stage, 4, 100);
    return [...few, ...(await bothWays(stage, 100, bare.url, { share: 1 / 3, p99: 60 }))];
  } finally {
    await bare.stop();
  }
}
