import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  callerOf,
  deploymentRow,
  logText,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { livingGroup } from "@test/kit/process-group";
import { publishedFolder, publishedText, seedRelease } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { cancel } from "@/features/deployment/cancel";
import { change } from "@/features/deployment/lease";
import { runNext } from "@/features/deployment/run/execute";
import { reconcileDataFolder } from "@/features/deployment/run/janitor";
import { maxTries, recover, requeueStalled } from "@/features/deployment/run/recover";
import { publish, release } from "@/features/deployment/run/release";
import { loadRun } from "@/features/deployment/run/run";
import { take } from "@/features/deployment/state";
import { releaseFolder, releasesFolder, workFolder } from "@/features/site/folder";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1", SLIPWAY_BUILD_COMMANDS: "host" });
let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});

const idle = new AbortController().signal;
const one = { commits: [{ message: "one", files: { "index.html": "one" } }] };
const never = { buildCommand: "sleep 60" };

async function expireLease(deploymentId: string): Promise<void> {
  const leaseExpiresAt = new Date(Date.now() - 60_000);
  await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await done()) return;
    await sleep(25);
  }
  throw new Error("it did not come to that");
}

/** Wait until the deployment has come to this step. */
function reaches(deploymentId: string, step: string): Promise<void> {
  return until(async () => {
    const { steps } = await deploymentRow(deploymentId);
    return (steps as { name: string; status: string }[]).some(
      (each) => each.name === step && each.status === "running",
    );
  });
}

describe("acquiring deployments", () => {
  it("gives each deployment to one of many concurrent workers", async () => {
    const applications = await Promise.all(Array.from({ length: 8 }, () => seedApplication(bench, one)));
    const ids = await Promise.all(applications.map((application) => seedDeployment(application)));
    const leases = await Promise.all(Array.from({ length: 12 }, () => take()));
    const more = await Promise.all(Array.from({ length: 12 }, () => take()));
    const taken = [...leases, ...more].flatMap((lease) => lease?.deploymentId ?? []);
    expect(taken.sort()).toEqual(ids.sort());
    await db().deployment.updateMany({ data: { status: "failed" } });
  });

  it("waits for a transaction that is skipping the deployment, and then leaves it alone", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    let taken: ReturnType<typeof take> = Promise.resolve(null);
    await db().$transaction(async (tx) => {
      const { environmentId } = application;
      await tx.$queryRaw`SELECT 1 FROM "environment" WHERE "environmentId" = ${environmentId} FOR UPDATE`;
      taken = take();
      await Promise.race([taken, sleep(300)]);
      await tx.deployment.update({ where: { deploymentId }, data: { status: "skipped" } });
    });
    expect(await taken).toBeNull();
  });

  it("runs one deployment of an environment at a time", async () => {
    const application = await seedApplication(bench, one);
    for (let n = 0; n < 4; n++) await seedDeployment(application);
    const leases = await Promise.all(Array.from({ length: 6 }, () => take()));
    expect(leases.filter(Boolean)).toHaveLength(1);
    await expect(take()).resolves.toBeNull();
    await db().deployment.updateMany({ data: { status: "failed" } });
  });

  it("lets organizations take turns", async () => {
    const [busy, other] = [await seedApplication(bench, one), await seedApplication(bench, one)];
    const environments = await Promise.all(
      ["a", "b", "c"].map((name) =>
        db().environment.create({
          data: {
            name,
            branch: "main",
            site: `${busy.site}--${name}`,
            organizationId: busy.organizationId,
            applicationId: busy.applicationId,
          },
        }),
      ),
    );
    for (const { environmentId } of environments) await seedDeployment({ ...busy, environmentId });
    const late = await seedDeployment(other);
    await take();
    expect(await take()).toMatchObject({ deploymentId: late });
    await db().deployment.updateMany({ data: { status: "failed" } });
  });

  it("lets organizations take turns also when one deployment runs at a time", async () => {
    const [busy, other] = [await seedApplication(bench, one), await seedApplication(bench, one)];
    const { organizationId, applicationId } = busy;
    for (const name of ["e", "f", "g"]) {
      const site = `${busy.site}--${name}`;
      const own = { name, branch: "main", site, organizationId, applicationId };
      const { environmentId } = await db().environment.create({ data: own });
      await seedDeployment({ ...busy, environmentId });
    }
    const late = await seedDeployment(other);
    const next = async () => {
      const lease = await take();
      await db().deployment.updateMany({ where: { status: "running" }, data: { status: "failed" } });
      return lease?.deploymentId === late;
    };
    expect([await next(), await next(), await next()]).toEqual([false, true, false]);
    await db().deployment.updateMany({ data: { status: "failed" } });
  });
});

describe("a worker process that lost its lease", () => {
  it("can no longer change or publish anything", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    const lease = await take();
    if (!lease) throw new Error("nothing to take");
    const stale = await loadRun(lease, idle);
    await seedRelease("late", "late", { "index.html": "late" });
    stale.output = releaseFolder("late", "late");
    await expireLease(deploymentId);
    expect(await recover()).toBe(1);
    const lost = { reason: { code: "lease_lost" } };
    await expect(change(db(), lease, Prisma.sql`"ref" = 'late'`)).rejects.toMatchObject(lost);
    await expect(release(stale)).rejects.toMatchObject(lost);
    await expect(publish(stale, [])).rejects.toMatchObject(lost);
    stale.log.info("late words");
    await stale.log.flush();
    expect(await runNext(idle)).toBe(true);
    await expect(release(stale)).rejects.toMatchObject(lost);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "succeeded",
      ref: "main",
      tries: 1,
      fence: 2,
    });
    expect(await publishedText(application)).toBe("one");
    expect(await logText(deploymentId)).not.toContain("late words");
    await reconcileDataFolder();
    expect(readdirSync(workFolder())).toEqual([]);
  });

  it("loses its deployment when the lease ends far in the future, since the clock went back", async () => {
    const deploymentId = await seedDeployment(await seedApplication(bench, one));
    expect(await take()).toMatchObject({ deploymentId });
    expect(await recover()).toBe(0);
    const leaseExpiresAt = new Date(Date.now() + 86_400_000);
    await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
    expect(await recover()).toBe(1);
    expect(await deploymentRow(deploymentId)).toMatchObject({ status: "queued", tries: 1 });
    await db().deployment.delete({ where: { deploymentId } });
  });

  it("leaves a deployment that fails with a reason after several tries", async () => {
    const deploymentId = await seedDeployment(await seedApplication(bench, one));
    for (let tries = 0; tries < maxTries; tries++) {
      expect(await take()).toMatchObject({ deploymentId, fence: tries + 1 });
      await expireLease(deploymentId);
      await recover();
    }
    const row = await deploymentRow(deploymentId);
    expect(row).toMatchObject({
      status: "failed",
      reasonCode: "process_died",
      reasonParams: { tries: maxTries },
    });
    expect(await take()).toBeNull();
  });

  it("leaves a published deployment that is marked as succeeded without another run", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    await runNext(idle);
    const data = { status: "running", finishedAt: null };
    await db().deployment.update({ where: { deploymentId }, data });
    await expireLease(deploymentId);
    await recover();
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "succeeded",
      released: true,
      fence: 1,
    });
  });

  it("may have written the files without publishing them: the next try reuses them, and publishes once", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    await runNext(idle);
    const { environmentId } = application;
    await db().environment.update({ where: { environmentId }, data: { currentDeploymentId: null } });
    await db().deployment.update({ where: { deploymentId }, data: { status: "queued", released: false } });
    await runNext(idle);
    const row = await deploymentRow(deploymentId);
    expect(row).toMatchObject({ status: "succeeded", released: true });
    expect(row.steps).toMatchObject([
      {},
      { status: "skipped" },
      { status: "skipped" },
      { status: "succeeded" },
      {},
    ]);
    expect(readdirSync(releasesFolder(environmentId))).toEqual([deploymentId]);
  });
});

describe("cancelling a deployment", () => {
  it("ends a queued deployment at once", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    const cancelled = await cancel(callerOf(application), { deploymentId });
    expect(cancelled).toMatchObject({ status: "cancelled", reason: { code: "deploy_cancelled" } });
    expect(await runNext(idle)).toBe(false);
    expect(await cancel(callerOf(application), { deploymentId })).toMatchObject({ status: "cancelled" });
  });

  it.each(["resolve", "checkout"])("stops a deployment that waits for the host in %s", async (step) => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(
      application,
      step === "checkout" ? application.commits[0] : "main",
    );
    bench.hold.ms = 20_000;
    const run = runNext(idle);
    await reaches(deploymentId, step);
    const startedAt = performance.now();
    await cancel(callerOf(application), { deploymentId });
    await run;
    bench.hold.ms = 0;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "cancelled",
      reasonCode: "deploy_cancelled",
    });
  });

  it("kills a build with all its processes, and publishes nothing", async () => {
    const application = await seedApplication(bench, one, {
      buildCommand: "trap '' TERM; (sleep 33; echo late) & echo $$ > pid; sleep 33",
    });
    const deploymentId = await seedDeployment(application);
    const run = runNext(idle);
    await reaches(deploymentId, "build");
    await sleep(300);
    const pid = Number(readFileSync(path.join(workFolder(), `${deploymentId}.1`, "source", "pid"), "utf8"));
    const startedAt = performance.now();
    await cancel(callerOf(application), { deploymentId });
    await run;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(livingGroup(pid)).toEqual([]);
    expect(await deploymentRow(deploymentId)).toMatchObject({ status: "cancelled", released: false });
    expect(await publishedFolder(application)).toBeNull();
    expect(readdirSync(workFolder())).toEqual([]);
  });

  it("is refused once it was published or has ended", async () => {
    const application = await seedApplication(bench, one);
    const deploymentId = await seedDeployment(application);
    await runNext(idle);
    const again = cancel(callerOf(application), { deploymentId });
    await expect(again).rejects.toMatchObject({ code: "conflict", reason: { code: "deploy_ended" } });
    await db().deployment.update({ where: { deploymentId }, data: { status: "running" } });
    const late = cancel(callerOf(application), { deploymentId });
    await expect(late).rejects.toMatchObject({ code: "conflict", reason: { code: "deploy_released" } });
    await db().deployment.update({ where: { deploymentId }, data: { status: "succeeded" } });
  });
});

describe("many deployments in one process", () => {
  it("raise no MaxListenersExceededWarning on the shutdown signal", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning.name);
    process.on("warning", onWarning);
    const applications = await Promise.all(Array.from({ length: 12 }, () => seedApplication(bench, one))); // Node.js warns at the 11th listener
    const ids = await Promise.all(applications.map((application) => seedDeployment(application)));
    const stopping = new AbortController();
    await Promise.all(ids.map(() => runNext(stopping.signal)));
    await sleep(0); // warnings come with the next turn
    process.off("warning", onWarning);
    expect(warnings.filter((name) => name === "MaxListenersExceededWarning")).toEqual([]);
    const done = { where: { deploymentId: { in: ids }, status: "succeeded" } };
    expect(await db().deployment.count(done)).toBe(12);
  }, 60_000);
});

describe("a worker that shuts down", () => {
  it("returns its deployment to the queue without counting a failed try", async () => {
    const application: TestApplication = await seedApplication(bench, one, never);
    const deploymentId = await seedDeployment(application);
    const stopping = new AbortController();
    const run = runNext(stopping.signal);
    await reaches(deploymentId, "build");
    stopping.abort();
    await run;
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "queued",
      tries: 0,
      leaseExpiresAt: null,
    });
    expect(await logText(deploymentId)).toContain("This worker is stopping");
    await cancel(callerOf(application), { deploymentId });
  });
});

it("a waiting deployment without a job is queued again", async () => {
  const application = await seedApplication(bench, one);
  const deploymentId = await seedDeployment(application);
  await requeueStalled();
  const createdAt = new Date(Date.now() - 60_000);
  await db().deployment.update({ where: { deploymentId }, data: { createdAt } });
  await requeueStalled();
  const rows = await db().$queryRaw<{ data: unknown }[]>`
    SELECT "data" FROM "queue"."job" WHERE "name" = 'deploy' AND "data"->>'deploymentId' = ${deploymentId}`;
  expect(rows).toHaveLength(1);
  await cancel(callerOf(application), { deploymentId });
});
