import type { ChildProcess } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization } from "@test/kit/member";
import { testProgram } from "@test/kit/program";
import { call } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import { endProcess, startWorkerProcess } from "@test/kit/worker";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Caller } from "@/access/caller";
import { db, pool } from "@/db/client";
import { actorOf } from "@/features/deployment/actor";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";
import { Commit } from "@/git/nouns";
import { newId } from "@/lib/id";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";
import { type ServedFake, serveFake } from "@/providers/simulator/serve";
import { commitTo, type WorldStatus } from "@/providers/simulator/world";

/** `npm run test:faults` does all of it, `npm test` a few. */
const kills = process.env.SLIPWAY_FAULTS === "full" ? 100 : 2;
vi.setConfig({ testTimeout: kills > 10 ? 3_600_000 : 120_000 });

const keys = `test:${randomBytes(32).toString("base64")}`;
testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1", SLIPWAY_ENCRYPTION_KEYS: keys });
const program = testProgram("src/server/worker.ts");

const world = seedWorld();
const [repository] = world.repositories;
/** All that the host was ever told, oldest first. */
const told: WorldStatus[] = [];
let root: string;
let host: ServedFake;
let caller: Caller;
let application: { applicationId: string; environmentId: string };
let worker: ChildProcess | undefined;

beforeAll(async () => {
  // Each status replaces the list of the world by one that ends with it.
  let statuses: WorldStatus[] = [];
  Object.defineProperty(world, "statuses", {
    get: () => statuses,
    set(next: WorldStatus[]) {
      statuses = next;
      told.push(...next.slice(-1));
    },
  });
  root = mkdtempSync(path.join(os.tmpdir(), "slipway-reporting-"));
  const simulate = await simulatorOf("gitea");
  // Slow enough for a process to be killed while it waits for an answer.
  host = await serveFake({ simulate, world, repositoriesRoot: root, latencyMs: 40 });
  caller = (await testMember(await testOrganization(), "owner")).caller;
  application = await seedApplication();
});
afterAll(async () => {
  if (worker) await endProcess(worker);
  await host.close();
  await rm(root, { recursive: true, force: true });
});

async function seedApplication() {
  if (!repository) throw new Error("the world is empty");
  const { settings, secrets } = host.host.connection(BOT_TOKEN);
  const connection = { name: "Gitea", ...settings, ...secrets };
  const { gitProviderId } = await call<{ gitProviderId: string }>(caller, "gitea.create", connection);
  const fullName = host.host.fullName(repository) ?? "";
  const { organizationId } = caller;
  const site = `site-${newId().slice(0, 8)}`;
  const row = await db().application.create({
    data: {
      ...{ organizationId, gitProviderId, name: "Site", slug: site },
      repositoryId: String(repository.id),
      repositoryFullName: fullName,
      repositoryUrl: `${host.url}/${fullName}`,
      environments: { create: { name: "production", branch: "main", site } },
    },
    include: { environments: true },
  });
  return { applicationId: row.applicationId, environmentId: row.environments[0]?.environmentId ?? "" };
}

/** A push of a new commit, as the processing of its delivery queues it. */
async function push(n: number): Promise<string> {
  if (!repository) throw new Error("the world is empty");
  const sha = commitTo(repository, "main", { message: `Push ${n}`, files: { "index.html": `${n}` } });
  await host.update(repository);
  const commit = { sha, subject: `Push ${n}`, author: "a", committedAt: "2026-01-01T00:00:00Z", url: null };
  const wanted = { ...application, ref: "main", commit, trigger: "push" as const };
  return (await enqueueDeployment({ ...actorOf(caller), kind: "push" }, wanted)).deploymentId;
}

/** Let everything that a killed process held expire: there is no other sign of its death. */
async function expireHolds(): Promise<void> {
  await db().$executeRaw`UPDATE "deployment" SET "leaseExpiresAt" = now() - interval '1 second'
    WHERE "status" = 'running'`;
  await db()
    .$executeRaw`UPDATE "commit_report" SET "sendingUntil" = now() - interval '1 second' WHERE "isSending"`;
  // As the queue itself does when it has missed the heartbeats of a job for a while.
  await pool().query(
    "UPDATE queue.job SET state = 'retry', start_after = now() WHERE state = 'active' AND name LIKE 'deploy%'",
  );
}

/** Moments at which a worker is killed, and how often each was hit. */
const moments: Record<string, () => Promise<boolean>> = {
  "events are handed over": async () =>
    (await db().deploymentEvent.count({ where: { relayedAt: null } })) === 0,
  "the host is told": async () => (await db().commitReport.count({ where: { isSending: true } })) > 0,
  "the host knows of the beginning": async () =>
    (await db().commitReport.count({ where: { told: "pending", wanted: "pending" } })) > 0,
  "the host has to be told of the end": async () =>
    (await db().commitReport.count({ where: { wanted: { not: "pending" }, dueAt: { not: null } } })) > 0,
};

/** Every deployment has ended, and the host was told of each end. */
async function isSettled(): Promise<boolean> {
  const open = await db().deployment.count({ where: { status: { in: ["queued", "running"] } } });
  const events = await db().deploymentEvent.count({ where: { relayedAt: null } });
  const reports = await db().commitReport.count({
    where: { OR: [{ dueAt: { not: null } }, { wanted: "pending" }] },
  });
  return open + events + reports === 0;
}

async function until(done: () => Promise<boolean>, seconds = 90): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(5))
    if (await done()) return true;
  return false;
}

it("a worker that is killed while it reports loses no status and tells none that is older", async () => {
  const deployments: string[] = [];
  const hit = new Map<string, number>();
  for (let n = 0; n < kills; n++) {
    deployments.push(await push(n));
    worker = startWorkerProcess(program, keys);
    const [name = "", moment = async () => true] =
      Object.entries(moments)[n % Object.keys(moments).length] ?? [];
    if (await until(moment, 20)) hit.set(name, (hit.get(name) ?? 0) + 1);
    await sleep(randomInt(0, 80));
    await endProcess(worker);
    await expireHolds();
  }
  worker = startWorkerProcess(program, keys);
  expect(await until(isSettled)).toBe(true);
  await endProcess(worker, "SIGTERM");

  const wrong: string[] = [];
  let repeated = 0;
  for (const deploymentId of deployments) {
    const row = await findDeployment(caller, deploymentId);
    const sha = Commit.parse(row.commit).sha;
    const states = told.filter((status) => status.sha === sha).map(({ state }) => state);
    const last = { succeeded: "success", skipped: "error", cancelled: "error", failed: "failure" }[
      row.status
    ];
    if (states.at(-1) !== last) wrong.push(`${row.status} is shown as ${states.at(-1)}`);
    const changes = states.filter((state, at) => state !== states[at - 1]);
    repeated += states.length - changes.length;
    // At most from pending to the end: anything else went back.
    if (changes.length > 2 || changes.slice(1).includes("pending")) wrong.push(`the host was told ${states}`);
    const report = toDeployment(row).steps.find(({ name }) => name === "report");
    if (report?.status !== "succeeded") wrong.push(`the step report is ${report?.status}`);
  }
  const where = [...hit].map(([at, times]) => `${times} while ${at}`).join(", ");
  console.log(`faults: ${kills} kills (${where}), ${repeated} statuses repeated, ${wrong.length} wrong`);
  expect(wrong).toEqual([]);
  expect(repeated).toBeLessThanOrEqual(kills);
});
