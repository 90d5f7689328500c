import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { type Bench, deploymentRow, seedApplication, seedDeployment, startBench } from "@test/kit/deployment";
import { livingGroup } from "@test/kit/process-group";
import { testProgram } from "@test/kit/program";
import { publishedText } from "@test/kit/site";
import { endProcess, startWorkerProcess } from "@test/kit/worker";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { deployJob } from "@/features/deployment/job";
import { reconcileDataFolder } from "@/features/deployment/run/janitor";
import { releasesFolder, workFolder } from "@/features/site/folder";
import { enqueue } from "@/queue/enqueue";
import { closeQueue } from "@/queue/queue";

const keys = `test:${randomBytes(32).toString("base64")}`;
testDatabase({
  SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1",
  SLIPWAY_BUILD_COMMANDS: "host",
  SLIPWAY_ENCRYPTION_KEYS: keys,
});
const program = testProgram("src/server/worker.ts");
let bench: Bench;
const workers: ChildProcess[] = [];
beforeAll(async () => {
  bench = await startBench();
});
afterEach(async () => {
  bench.hold.ms = 0;
  for (const worker of workers.splice(0)) await endProcess(worker);
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});

function startProcess(): ChildProcess {
  const worker = startWorkerProcess(program, keys);
  workers.push(worker);
  return worker;
}

async function until(done: () => Promise<boolean> | boolean, seconds = 40): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if (await done()) return;
    await sleep(50);
  }
  throw new Error("it did not come to that");
}

/** The process groups of the gits that a worker has started. */
function gitGroups(worker: ChildProcess): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, name, parent, group] =
          /^\d+ \((.*)\) \w (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        return name?.startsWith("git") && Number(parent) === worker.pid ? [Number(group)] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

const runs = (deploymentId: string, step: string) => async () => {
  const { status, steps } = await deploymentRow(deploymentId);
  const found = (steps as { name: string; status: string }[]).find((each) => each.name === step);
  return status === "running" && found?.status === "running";
};

/** As if the lease had run out: the death of a process is noticed by that and nothing else. */
async function leaseRunsOut(deploymentId: string): Promise<void> {
  await db().$executeRaw`UPDATE "deployment" SET "leaseExpiresAt" = now() - interval '1 second'
    WHERE "deploymentId" = ${deploymentId} AND "status" = 'running'`;
}

describe("kill -9 of a worker", () => {
  it("twice during a deployment loses nothing and publishes once", async () => {
    const files = { "index.html": "hello" };
    const application = await seedApplication(
      bench,
      { commits: [{ message: "one", files }] },
      {
        buildCommand: "echo $$ > pid; sleep 120",
      },
    );
    const deploymentId = await seedDeployment(application);
    await enqueue(db(), deployJob, { deploymentId });

    bench.hold.ms = 60_000;
    const first = startProcess();
    await until(runs(deploymentId, "resolve"));
    await until(() => gitGroups(first).length > 0);
    const fetching = gitGroups(first);
    await endProcess(first);
    // A git that waits for its host would go on for a minute.
    await until(() => fetching.every((group) => livingGroup(group).length === 0), 5);
    bench.hold.ms = 0;
    await leaseRunsOut(deploymentId);

    const second = startProcess();
    await until(runs(deploymentId, "build"));
    const source = () => path.join(workFolder(), `${deploymentId}.2`, "source");
    await until(() => readdirSync(source()).includes("pid"));
    const build = Number(readFileSync(path.join(source(), "pid"), "utf8"));
    expect(livingGroup(build)).not.toEqual([]);
    await endProcess(second);
    await until(() => livingGroup(build).length === 0, 5);
    await leaseRunsOut(deploymentId);

    const { applicationId } = application;
    await db().application.update({ where: { applicationId }, data: { buildCommand: null } });
    const third = startProcess();
    await until(async () => (await deploymentRow(deploymentId)).status === "succeeded");
    expect(await deploymentRow(deploymentId)).toMatchObject({ tries: 2, fence: 3, released: true });
    expect(readdirSync(releasesFolder(application.environmentId))).toEqual([deploymentId]);
    expect(await publishedText(application)).toBe("hello");
    await until(() => readdirSync(workFolder()).length === 0, 5);
    expect(await endProcess(third, "SIGTERM")).toBe(0);
  }, 120_000);
});

describe("two workers", () => {
  it("run many deployments once each, and leave none behind after a clean shutdown", async () => {
    const seed = { commits: [{ message: "one", files: { "index.html": "hello" } }] };
    const applications = await Promise.all(Array.from({ length: 5 }, () => seedApplication(bench, seed)));
    const ids: string[] = [];
    for (const application of [...applications, ...applications]) ids.push(await seedDeployment(application));
    for (const deploymentId of ids) await enqueue(db(), deployJob, { deploymentId });
    const both = [startProcess(), startProcess()];
    const where = { deploymentId: { in: ids } };
    await until(
      async () => (await db().deployment.count({ where: { ...where, status: "succeeded" } })) === 10,
    );
    const rows = await db().deployment.findMany({ where });
    expect(rows.map((row) => [row.fence, row.tries])).toEqual(ids.map(() => [1, 0]));
    for (const { environmentId } of applications) {
      const deployments = rows.filter((row) => row.environmentId === environmentId);
      const [one, two] = deployments.sort((a, b) => Number(a.startedAt) - Number(b.startedAt));
      expect(Number(two?.startedAt)).toBeGreaterThanOrEqual(Number(one?.finishedAt));
    }
    expect(await Promise.all(both.map((worker) => endProcess(worker, "SIGTERM")))).toEqual([0, 0]);
    await reconcileDataFolder();
    expect(readdirSync(workFolder())).toEqual([]);
  }, 120_000);
});
