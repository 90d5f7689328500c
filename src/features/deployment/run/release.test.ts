import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  deploymentRow,
  seedApplication,
  seedDeployment,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { startHeartbeat } from "@/features/deployment/run/heartbeat";
import { extendLease, type Lease, take } from "@/features/deployment/run/lease";
import { publish } from "@/features/deployment/run/release";
import type { Run } from "@/features/deployment/run/run";

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

  it("learns when the deployment was taken over or cancelled", async () => {
    const { lease } = await taken();
    const { deploymentId } = lease;
    expect(await extendLease(lease)).toBe("held");
    await db().deployment.update({ where: { deploymentId }, data: { cancelRequestedAt: new Date() } });
    expect(await extendLease(lease)).toBe("cancel");
    expect(await extendLease({ ...lease, fence: lease.fence + 1 })).toBe("lost");
  });
});
