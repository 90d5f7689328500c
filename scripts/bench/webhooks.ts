/**
 * `npm run bench webhooks`: two web processes and two workers over one PostgreSQL, which is restarted on the way, and
 * one of the workers is killed. Every acknowledged delivery has to be worked, and nothing is deployed twice.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { acceptRate, runLoad, settled } from "@test/kit/webhook-load";
import { serveStageHost, webhookStage } from "@test/kit/webhook-stage";
import { setDatabase } from "@/db/client";
import { createDatabase } from "@/db/create-database";
import { prepareServer } from "@/db/managed-postgres";
import { migrate } from "@/db/migrate";
import { addressOf, ensureServer, stopServer } from "@/db/postgres-server";
import { parseEnv, setEnv } from "@/lib/env";
import { inherited, root, startApp } from "../stack/app";

const seconds = 60;
const perSecond = 200;

/** Prints the counts. @returns whether everything was reached */
export async function webhooks(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), "slipway-bench-"));
  const server = prepareServer(folder, ["max_connections=200"]);
  const children: ChildProcess[] = [];
  const host = await serveStageHost(folder);
  try {
    await ensureServer(server);
    await createDatabase(addressOf(server.cluster, "postgres"), "bench");
    const database = addressOf(server.cluster, "bench");
    const settings = {
      DATABASE_URL: database,
      SLIPWAY_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
      NEXTAUTH_SECRET: randomBytes(32).toString("base64"),
      SLIPWAY_OUTBOUND_ALLOW: new URL(host.url).host,
      SLIPWAY_DEPLOY_CONCURRENCY: "1",
      SLIPWAY_LOG_LEVEL: "error",
    };
    setEnv(parseEnv({ ...settings, SLIPWAY_DATA_DIR: path.join(folder, "bench") }));
    setDatabase(database, { poolSize: 3 });
    await migrate(database);
    const stage = await webhookStage(host, 10);
    const env = { ...settings, SLIPWAY_WORKER: "off" };
    const web = (name: string) => startApp({ dataDir: path.join(folder, name), quiet: true, env });
    const apps = [await web("one"), await web("two")];
    children.push(...apps.map(({ child }) => child));
    const [first] = apps;
    const next = (n: number) => stage.push(n % 5 === 0 ? "main" : `topic-${n}`);
    const rate = await acceptRate(
      { ports: () => [first?.port ?? 0], hooks: stage.hooks, next, seconds: 5 },
      64,
    );
    const worker = (name: string) => {
      const child = spawn(process.execPath, [path.join(root, "scripts/run.mjs"), "worker"], {
        cwd: root,
        env: { ...inherited(), ...settings, SLIPWAY_DATA_DIR: path.join(folder, name) },
        stdio: ["ignore", "ignore", "inherit"],
      });
      children.push(child);
      return child;
    };
    worker("three");
    const killed = worker("four");
    const ends = performance.now() + seconds * 1000;
    const load = runLoad({
      ports: () => apps.map(({ port }) => port),
      hooks: stage.hooks,
      next,
      perSecond,
      duplicates: 0.1,
      isOver: () => performance.now() >= ends,
    });
    const moving = setInterval(() => void stage.advance(), 5_000);
    await sleep(20_000);
    await stopServer(server.cluster);
    await ensureServer(server);
    await sleep(20_000);
    killed.kill("SIGKILL");
    worker("five");
    const report = await load;
    clearInterval(moving);
    const acknowledged = new Set([...report.acknowledged, ...rate.report.acknowledged]);
    const outcome = await settled(acknowledged, 600);
    const sorted = report.millis.toSorted((one, other) => one - other);
    const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? Number.NaN);
    const { sent, repeated } = report;
    const others = Object.fromEntries(report.others);
    const accepted = Math.round(rate.perSecond);
    console.log({
      acceptedPerSecondByOne: accepted,
      sent,
      repeated,
      others,
      p50: at(0.5),
      p99: at(0.99),
      ...outcome,
    });
    const { lost, twice, undecided, failed, doubleDeployments } = outcome;
    return lost + twice + undecided + failed + doubleDeployments === 0 && at(0.99) < 500 && accepted >= 1_000;
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await host.close();
    await stopServer(server.cluster);
    await rm(folder, { recursive: true, force: true });
  }
}
