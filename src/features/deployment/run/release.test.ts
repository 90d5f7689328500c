import { existsSync, readdirSync, truncateSync } from "node:fs";
import path from "node:path";
import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  logText,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { publishedText, seedPublished, seedRelease } from "@test/kit/site";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { closeDatabase, connectionString, db, setDatabase } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { change, extendLease, type Lease } from "@/features/deployment/lease";
import { startHeartbeat } from "@/features/deployment/run/heartbeat";
import { hasRelease, keptReleases, publish, release } from "@/features/deployment/run/release";
import { loadRun, type Run } from "@/features/deployment/run/run";
import { take } from "@/features/deployment/state";
import { filesFolder, releaseFolder, releasesFolder } from "@/features/site/folder";
import { newId } from "@/lib/id";
import { log } from "@/lib/log";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

/** A deployment that this process has taken. */
async function taken(): Promise<{ application: TestApplication; lease: Lease }> {
  const seed = { commits: [{ message: "one", files: { "index.html": "one" } }] };
  const application = await seedApplication(bench, seed);
  await seedDeployment(application);
  const lease = await take();
  if (!lease) throw new Error("nothing was taken");
  return { application, lease };
}

const served = async ({ environmentId }: TestApplication) =>
  (await db().environment.findUniqueOrThrow({ where: { environmentId } })).currentDeploymentId;
const publishOf = (lease: Lease) => publish({ lease } as Run, []);

describe("publishing a release", () => {
  it("is refused when the deployment was cancelled just before", async () => {
    const { application, lease } = await taken();
    const { deploymentId } = lease;
    await db().deployment.update({ where: { deploymentId }, data: { cancelRequestedAt: new Date() } });
    await expect(publishOf(lease)).rejects.toMatchObject({ reason: { code: "cancelled" } });
    expect(await served(application)).toBeNull();
    expect((await deploymentRow(deploymentId)).released).toBe(false);
  });

  it("is refused to a process whose deployment was taken over", async () => {
    const { application, lease } = await taken();
    await expect(publishOf({ ...lease, fence: lease.fence - 1 })).rejects.toMatchObject({
      reason: { code: "lease_lost" },
    });
    expect(await served(application)).toBeNull();
    await publishOf(lease);
    expect(await served(application)).toBe(lease.deploymentId);
  });

  it("is refused once the deployment has ended, cancelled or not", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    const data = { status: "failed", cancelRequestedAt: new Date() };
    await db().deployment.update({ where: { deploymentId }, data });
    await expect(publishOf(lease)).rejects.toMatchObject({ reason: { code: "lease_lost" } });
  });
});

/** A run that has come to its release, with these files. */
async function built(
  application: TestApplication,
  { files = { "index.html": "new" }, rollbackOfId }: { files?: object; rollbackOfId?: string } = {},
): Promise<Run> {
  await seedDeployment(application, "main", { rollbackOfId });
  const lease = await take();
  if (!lease) throw new Error("nothing was taken");
  const run = await loadRun(lease, new AbortController().signal);
  if (!rollbackOfId) {
    const scratch = newId();
    await seedRelease(scratch, scratch, { ...files });
    run.output = releaseFolder(scratch, scratch);
  }
  return run;
}

async function end({ lease }: Run): Promise<void> {
  const { deploymentId } = lease;
  await db().deployment.update({ where: { deploymentId }, data: { status: "succeeded" } });
}

describe("the release step", () => {
  const seed = { commits: [{ message: "one", files: { "index.html": "one" } }] };

  it("puts the files in place, shows them, and says where and with which warnings", async () => {
    const application = await seedApplication(bench, seed);
    const run = await built(application, { files: { "about.html": "about" } });
    const { deploymentId, environmentId } = run.lease;
    expect(await hasRelease(run)).toBe(false);
    expect(await release(run)).toBe("succeeded");
    await run.log.flush();
    expect([run.published, await hasRelease(run)]).toEqual([true, true]);
    expect(readdirSync(releasesFolder(environmentId))).toEqual([deploymentId]);
    expect(await publishedText(application, "about.html")).toBe("about");
    expect(await deploymentRow(deploymentId)).toMatchObject({
      released: true,
      warnings: [{ code: "index_missing" }],
    });
    expect(await logText(deploymentId)).toMatch(/Published at http.*\n.*Warning: .*index/);
    await end(run);
  });

  it("places nothing for a process that lost the deployment, or whose deployment was cancelled", async () => {
    const application = await seedApplication(bench, seed);
    const run = await built(application);
    const { deploymentId, environmentId } = run.lease;
    const stale = { ...run, lease: { ...run.lease, fence: run.lease.fence - 1 } };
    await expect(release(stale)).rejects.toMatchObject({ reason: { code: "lease_lost" } });
    await db().deployment.update({ where: { deploymentId }, data: { cancelRequestedAt: new Date() } });
    await expect(release(run)).rejects.toMatchObject({ reason: { code: "cancelled" } });
    expect(existsSync(releasesFolder(environmentId))).toBe(false);
    await end(run);
  });

  it("replaces files of an earlier try that are damaged", async () => {
    const application = await seedApplication(bench, seed);
    const run = await built(application);
    const { deploymentId, environmentId } = run.lease;
    await seedRelease(environmentId, deploymentId, { "index.html": "earlier try" });
    truncateSync(path.join(filesFolder(releaseFolder(environmentId, deploymentId)), "index.html"), 0);
    await release(run);
    expect(await publishedText(application)).toBe("new");
    await end(run);
  });

  it("uses whole files of an earlier try, and fails when there are none and nothing was built", async () => {
    const application = await seedApplication(bench, seed);
    const run = await built(application);
    const { deploymentId, environmentId } = run.lease;
    run.output = null;
    await expect(release(run)).rejects.toMatchObject({ code: "internal", reason: { code: "internal" } });
    await seedRelease(environmentId, deploymentId, { "index.html": "earlier try" });
    await release(run);
    expect(await publishedText(application)).toBe("earlier try");
    await end(run);
  });

  it("of a rollback shows kept files, and fails with release_gone, deleting nothing, when they are damaged", async () => {
    const application = await seedApplication(bench, seed);
    const { environmentId } = application;
    const rollbackOfId = await seedPublished(application, { "index.html": "old" });
    await seedPublished(application, { "index.html": "newer" });
    const run = await built(application, { rollbackOfId });
    await release(run);
    expect(await publishedText(application)).toBe("old");
    await end(run);
    const again = await built(application, { rollbackOfId });
    const folder = filesFolder(releaseFolder(environmentId, rollbackOfId));
    truncateSync(path.join(folder, "index.html"), 0);
    await expect(release(again)).rejects.toMatchObject({
      code: "conflict",
      reason: { code: "release_gone" },
    });
    expect(existsSync(folder)).toBe(true);
    await end(again);
  });

  it("keeps the last five releases on disk, the served one, and those of deployments under way", async () => {
    const application = await seedApplication(bench, seed);
    const { environmentId } = application;
    const old: string[] = [];
    for (let n = 0; n < 7; n++) {
      const deploymentId = await seedPublished(application, { "index.html": `${n}` });
      const startedAt = new Date(Date.now() - 3_600_000 + n * 1000);
      await db().deployment.update({ where: { deploymentId }, data: { startedAt } });
      old.push(deploymentId);
    }
    const failed = await seedDeployment(application);
    await db().deployment.update({ where: { deploymentId: failed }, data: { status: "failed" } });
    await seedRelease(environmentId, failed, { "index.html": "never published" });
    const kept = () => readdirSync(releasesFolder(environmentId)).sort();
    // The oldest one is shown again: it stays beside the last five.
    const rollback = await built(application, { rollbackOfId: old[0] });
    await release(rollback);
    await end(rollback);
    expect(kept()).toEqual([old[0], ...old.slice(-(keptReleases - 1))].sort());
    const run = await built(application);
    await release(run);
    expect(keptReleases).toBe(5);
    expect(kept()).toEqual([old[0], ...old.slice(-3), run.lease.deploymentId].sort());
    await end(run);
  });
});

describe("taking a deployment", () => {
  it("leaves it to another process that took one of the same environment at the same moment", async () => {
    const application = await seedApplication(bench, { commits: [] });
    const deploymentId = await seedDeployment(application);
    // What the unique index says to the slower one of two.
    await db().$executeRaw`CREATE FUNCTION taken_twice() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'duplicate key value violates unique constraint "x"' USING ERRCODE = '23505'; END $$`;
    await db().$executeRaw`CREATE TRIGGER taken_twice BEFORE UPDATE ON "deployment" FOR EACH ROW
      WHEN (NEW."status" = 'running') EXECUTE FUNCTION taken_twice()`;
    const taken = await take().catch((error: unknown) => error);
    await db().$executeRaw`DROP FUNCTION taken_twice CASCADE`;
    expect(taken).toBeNull();
    await db().deployment.delete({ where: { deploymentId } });
  });

  it("fails when the database cannot be reached, instead of finding none", async () => {
    const address = connectionString();
    await closeDatabase();
    setDatabase("postgresql://nobody@127.0.0.1:1/nowhere");
    const taken = await take().catch(() => "failed");
    await closeDatabase();
    setDatabase(address, { poolSize: 5 });
    expect(taken).toBe("failed");
  });
});

describe("a change of a deployment under its lease", () => {
  it("is made while it is held, and refused after another process took it or it has ended", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    const lost = { code: "conflict", reason: { code: "lease_lost" } };
    await change(db(), lease, Prisma.sql`"ref" = 'changed'`);
    const stale = { ...lease, fence: lease.fence - 1 };
    await expect(change(db(), stale, Prisma.sql`"ref" = 'stale'`)).rejects.toMatchObject(lost);
    await db().deployment.update({ where: { deploymentId }, data: { status: "failed" } });
    await expect(change(db(), lease, Prisma.sql`"ref" = 'late'`)).rejects.toMatchObject(lost);
    expect((await deploymentRow(deploymentId)).ref).toBe("changed");
  });
});

describe("the lease heartbeat", () => {
  it("stops writing once the run has ended", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    const leaseExpiresAt = new Date("2020-01-01T00:00:00Z");
    const stop = startHeartbeat(lease, new AbortController());
    await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
    await stop();
    expect((await deploymentRow(deploymentId)).leaseExpiresAt).toEqual(leaseExpiresAt);
  });

  it("prolongs the lease to twenty seconds from now, again and again, and lets the run go on", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    const control = new AbortController();
    const stop = startHeartbeat(lease, control, 5);
    for (let n = 0; n < 2; n++) {
      const leaseExpiresAt = new Date("2020-01-01T00:00:00Z");
      await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
      const [row] = await vi.waitFor(async () => {
        const rows = await db().$queryRaw<{ left: number }[]>`
          SELECT extract(epoch FROM "leaseExpiresAt" - clock_timestamp())::float AS "left"
          FROM "deployment" WHERE "deploymentId" = ${deploymentId} AND "leaseExpiresAt" > clock_timestamp()`;
        expect(rows).toHaveLength(1);
        return rows;
      });
      expect(row?.left).toBeLessThanOrEqual(20);
      expect(row?.left).toBeGreaterThan(15);
    }
    await stop();
    expect(control.signal.aborted).toBe(false);
  });

  it.each([
    ["lost", { status: "failed" }, "lease_lost"],
    ["cancelled", { cancelRequestedAt: new Date() }, "cancelled"],
  ])("stops the run when the deployment was %s", async (_what, data, code) => {
    const { lease } = await taken();
    const control = new AbortController();
    const stop = startHeartbeat(lease, control, 5);
    await db().deployment.update({ where: { deploymentId: lease.deploymentId }, data });
    await vi.waitFor(() => expect(control.signal.aborted).toBe(true));
    await stop();
    expect(control.signal.reason).toMatchObject({ reason: { code } });
  });

  it.each([
    ["from the beginning", 0],
    ["after an answer", 10_000],
  ])("stops the run four seconds before the lease ends when the database is silent %s", async (_when, ms) => {
    const { lease } = await taken();
    const { fence } = lease;
    const warned = vi.spyOn(log, "warn").mockImplementation(() => undefined);
    const clock = vi.spyOn(Date, "now").mockReturnValue(1_000_000);
    const asked = vi.spyOn(db(), "$queryRaw");
    /** Two more: at least one of them began after this call. */
    const pass = async ({ mock }: { mock: { calls: unknown[] } }) => {
      const before = mock.calls.length;
      await vi.waitFor(() => expect(mock.calls.length).toBeGreaterThan(before + 1), { timeout: 10_000 });
    };
    const silent = 2 ** 40; // no such number fits into the column, so the query fails
    if (ms === 0) lease.fence = silent;
    const control = new AbortController();
    const stop = startHeartbeat(lease, control, 2);
    clock.mockReturnValue(1_000_000 + ms);
    if (ms > 0) await pass(asked);
    lease.fence = silent;
    await pass(warned);
    clock.mockReturnValue(1_016_000 + ms);
    await pass(warned);
    const early = control.signal.aborted;
    clock.mockReturnValue(1_016_001 + ms);
    await pass(warned);
    await stop();
    for (const spy of [warned, clock, asked]) spy.mockRestore();
    expect(early).toBe(false);
    expect(control.signal.reason).toMatchObject({ reason: { code: "lease_lost" } });
    expect(await extendLease({ ...lease, fence })).toBe("held");
  });

  it("learns when the deployment was taken over or cancelled", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    expect(await extendLease(lease)).toBe("held");
    await db().deployment.update({ where: { deploymentId }, data: { cancelRequestedAt: new Date() } });
    expect(await extendLease(lease)).toBe("cancel");
    expect(await extendLease({ ...lease, fence: lease.fence + 1 })).toBe("lost");
  });
});
