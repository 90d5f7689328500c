import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectionString, db } from "@/db/client";
import { deployJob } from "@/features/deployment/job";
import { enqueue } from "@/queue/enqueue";
import { startWorker } from "@/server/work";

testDatabase({
  SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
  SLIPWAY_BUILD_COMMANDS: "host",
  SLIPWAY_LOG_LEVEL: "silent",
});
let bench: Bench;
let worker: { stop(): Promise<void> } | null = null;
beforeAll(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await worker?.stop();
  worker = null;
});
afterAll(() => bench.stop());

const seed = { commits: [{ message: "one", files: { "index.html": "hello" } }] };

async function queue(application: TestApplication): Promise<string> {
  const deploymentId = await seedDeployment(application);
  await enqueue(db(), deployJob, { deploymentId });
  return deploymentId;
}

async function comesTo(deploymentId: string, status: string, seconds = 20): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    const row = await deploymentRow(deploymentId).catch(() => null); // the database is away
    if (row?.status === status) return;
    await sleep(50);
  }
  expect(await deploymentRow(deploymentId)).toMatchObject({ status });
}

/** What a restart of the server does to everybody's connections. */
async function cutAllConnections(): Promise<void> {
  const client = new Client({ connectionString: connectionString() });
  await client.connect();
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
  );
  await client.end();
}

describe("a worker", () => {
  it("starts waiting deployments when it starts", async () => {
    const deploymentId = await queue(await seedApplication(bench, seed));
    worker = await startWorker();
    await comesTo(deploymentId, "succeeded");
  });

  it("survives the loss of all database connections, also during a deployment", async () => {
    worker = await startWorker();
    const running = await queue(
      await seedApplication(bench, seed, { buildCommand: "sleep 2; mkdir dist; echo x > dist/index.html" }),
    );
    await comesTo(running, "running");
    await cutAllConnections();
    await sleep(300);
    const later = await queue(await seedApplication(bench, seed));
    await comesTo(later, "succeeded");
    await comesTo(running, "succeeded");
    expect(await deploymentRow(running)).toMatchObject({ tries: 0, fence: 1 });
  }, 60_000);

  it("returns its running deployment to the queue when it stops, and the next worker completes it", async () => {
    worker = await startWorker();
    const application = await seedApplication(bench, seed, { buildCommand: "sleep 30" });
    const deploymentId = await queue(application);
    await comesTo(deploymentId, "running");
    await worker.stop();
    await comesTo(deploymentId, "queued", 1);
    await db().application.updateMany({ data: { buildCommand: null } });
    worker = await startWorker();
    await comesTo(deploymentId, "succeeded");
    expect(await deploymentRow(deploymentId)).toMatchObject({ tries: 0, fence: 2 });
  });

  it("goes on with the next deployment of an environment when one has ended", async () => {
    worker = await startWorker();
    const application = await seedApplication(bench, seed);
    const ids = [await queue(application), await queue(application), await queue(application)];
    for (const deploymentId of ids) await comesTo(deploymentId, "succeeded");
  });
});
