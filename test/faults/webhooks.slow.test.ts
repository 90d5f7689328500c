import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { type DatabaseProxy, databaseProxy } from "@test/kit/database-proxy";
import { testProgram } from "@test/kit/program";
import { runLoad, settled } from "@test/kit/webhook-load";
import { serveStageHost, type WebhookStage, webhookStage } from "@test/kit/webhook-stage";
import { endProcess } from "@test/kit/worker";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { connectionString, db } from "@/db/client";
import { childEnv, env } from "@/lib/env";
import { closeQueue } from "@/queue/queue";

/** `npm run test:faults` does all of it, `npm test` a few of each. */
const full = process.env.SLIPWAY_FAULTS === "full";
const kills = full ? 100 : 2;
const perSecond = full ? 50 : 30;
const leastDeliveries = full ? 5_000 : 150;

vi.setConfig({ testTimeout: full ? 1_800_000 : 240_000 });

const keys = `test:${randomBytes(32).toString("base64")}`;
testDatabase({ SLIPWAY_ENCRYPTION_KEYS: keys, SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
const web = testProgram("test/kit/web-process.ts");
const worker = testProgram("src/server/worker.ts");

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-webhooks-"));
let proxy: DatabaseProxy;
let stage: WebhookStage;
const running = new Map<string, ChildProcess>();
const ports = new Map<string, number>();

beforeAll(async () => {
  proxy = await databaseProxy(connectionString().replace(/options=[^&]*&?/, ""));
  stage = await webhookStage(await serveStageHost(folder), 3);
  for (const name of ["web one", "web two"]) ports.set(name, await freePort());
});
afterEach(async () => {
  for (const child of running.values()) await endProcess(child);
  running.clear();
});
afterAll(async () => {
  await closeQueue();
  proxy.close();
  await stage.close();
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Two web processes and two workers, each with a data folder of its own. */
const names = ["web one", "web two", "worker one", "worker two"];

function start(name: string): void {
  const settings = {
    ...childEnv(),
    DATABASE_URL: proxy.url,
    PORT: String(ports.get(name) ?? 3000),
    SLIPWAY_DATA_DIR: path.join(folder, name),
    SLIPWAY_ENCRYPTION_KEYS: keys,
    NEXTAUTH_SECRET: env().nextauthSecret ?? "",
    SLIPWAY_OUTBOUND_ALLOW: stage.allow,
    SLIPWAY_DEPLOY_CONCURRENCY: "1",
    SLIPWAY_LOG_LEVEL: "fatal",
  };
  const program = name.startsWith("web") ? web : worker;
  const child = spawn(process.execPath, [program], {
    env: settings,
    stdio: ["ignore", "ignore", "inherit"],
  });
  running.set(name, child);
}

const isUp = (name: string) =>
  fetch(`http://127.0.0.1:${ports.get(name)}/api/health`).then(
    () => true,
    () => false,
  );

/** And start it again; the next one is killed after that, so that something always receives. */
async function kill(name: string): Promise<void> {
  const child = running.get(name);
  if (child) await endProcess(child);
  start(name);
  if (ports.has(name))
    await vi.waitFor(async () => expect(await isUp(name)).toBe(true), { timeout: 120_000 });
}

async function startAll(): Promise<void> {
  for (const name of names) start(name);
  const up = () => Promise.all([...ports.keys()].map(isUp));
  await vi.waitFor(async () => expect(await up()).toEqual([true, true]), { timeout: 120_000 });
}

/** One push in four is one of the branch that is deployed. */
const next = (n: number) => stage.push(n % 4 === 0 ? "main" : `topic-${n}`);

/** The queue notices within a minute that a worker died. As if that minute had passed: jobs of living ones run twice. */
async function forgetWorkers(): Promise<void> {
  await db().$executeRaw`UPDATE queue.job SET state = 'retry', start_after = now()
    WHERE name = 'delivery' AND state = 'active'`;
}

describe("two web processes and two workers under load", () => {
  it("lose nothing and deploy nothing twice while each of them is killed at random and the database goes away", async () => {
    await startAll();
    let killed = 0;
    const load = runLoad({
      ports: () => [...ports.values()],
      hooks: stage.hooks,
      next,
      perSecond,
      duplicates: 0.1,
      isOver: ({ acknowledged }) => killed >= kills && acknowledged.size >= leastDeliveries,
    });
    const moving = setInterval(() => void stage.advance(), 2_000);
    for (; killed < kills; killed++) {
      await sleep(randomInt(500));
      await kill(names[full ? randomInt(names.length) : 2 * killed] ?? "");
      if (killed % 25 === 1) await cutDatabase();
    }
    const report = await load;
    clearInterval(moving);
    if (!full) await forgetWorkers();
    const outcome = await settled(report.acknowledged, full ? 600 : 120);
    const { sent, repeated } = report;
    const others = Object.fromEntries(report.others);
    console.log("deliveries while processes were killed", { killed, sent, repeated, others, ...outcome });
    expect(outcome).toMatchObject({ lost: 0, twice: 0, undecided: 0, failed: 0, doubleDeployments: 0 });
    expect(outcome.deployments).toBeGreaterThan(0);
  });
});

async function cutDatabase(): Promise<void> {
  proxy.cut();
  await sleep(1_000);
  proxy.restore();
}
