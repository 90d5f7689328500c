import { testDatabase } from "@test/kit/database";
import {
  callerOf,
  deploymentRow,
  seedBareApplication,
  seedDeployment,
  type TestApplication,
} from "@test/kit/deployment";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db, pool, transaction } from "@/db/client";
import { actorOf } from "@/features/deployment/actor";
import { cancel } from "@/features/deployment/cancel";
import { enqueueDeployment, insertDeployment } from "@/features/deployment/enqueue";
import {
  type Follower,
  follow,
  pruneEvents,
  relayEvents,
  type StatusEvent,
} from "@/features/deployment/events";
import { giveBack } from "@/features/deployment/run/finish";
import { recover } from "@/features/deployment/run/recover";
import { endHeld, storeCommit, take } from "@/features/deployment/state";
import { freshSteps } from "@/features/deployment/step";

testDatabase();
let application: TestApplication;
beforeEach(async () => {
  application = await seedBareApplication();
});
afterEach(async () => {
  await db().deployment.deleteMany({});
});

async function queue(): Promise<string> {
  const { applicationId, environmentId } = application;
  const wanted = { applicationId, environmentId, ref: "main", trigger: "manual" as const };
  const { deploymentId } = await enqueueDeployment(actorOf(callerOf(application)), wanted);
  return deploymentId;
}

/** What followers are told of a deployment, oldest first. */
async function events(deploymentId: string): Promise<string[]> {
  const rows = await db().deploymentEvent.findMany({ where: { deploymentId }, orderBy: { id: "asc" } });
  return rows.map(({ status }) => status);
}

async function taken() {
  const lease = await take();
  if (!lease) throw new Error("nothing was taken");
  return lease;
}

async function loseProcess(deploymentId: string): Promise<void> {
  const leaseExpiresAt = new Date(Date.now() - 60_000);
  await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
  expect(await recover()).toBe(1);
}

const commit = { sha: "a".repeat(40), subject: "", author: "", committedAt: "", url: null };

describe("each change of a deployment's status leaves an event", () => {
  it("when it is queued, taken, finds its commit and succeeds", async () => {
    const deploymentId = await queue();
    const lease = await taken();
    await storeCommit(lease, commit);
    await endHeld(lease, { status: "succeeded", steps: freshSteps() });
    expect(await events(deploymentId)).toEqual(["queued", "running", "running", "succeeded"]);
  });

  it("when it fails, and none when its lease was lost", async () => {
    const deploymentId = await queue();
    const lease = await taken();
    await endHeld(lease, { status: "failed", steps: freshSteps(), reason: { code: "output_empty" } });
    const late = endHeld(lease, { status: "succeeded", steps: freshSteps() });
    await expect(late).rejects.toMatchObject({ reason: { code: "lease_lost" } });
    expect(await events(deploymentId)).toEqual(["queued", "running", "failed"]);
  });

  it("when a newer one takes its place before it began", async () => {
    const older = await queue();
    const newer = await queue();
    expect(await events(older)).toEqual(["queued", "skipped"]);
    expect(await events(newer)).toEqual(["queued"]);
  });

  it("when it is cancelled while it waits, once", async () => {
    const deploymentId = await queue();
    await cancel(callerOf(application), { deploymentId });
    await cancel(callerOf(application), { deploymentId });
    expect(await events(deploymentId)).toEqual(["queued", "cancelled"]);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      reasonCode: "deploy_cancelled",
      reasonParams: { by: "Robin Example" },
    });
  });

  it("when it is cancelled while it runs, once its worker has seen it", async () => {
    const deploymentId = await queue();
    const lease = await taken();
    await cancel(callerOf(application), { deploymentId });
    expect(await events(deploymentId)).toEqual(["queued", "running"]);
    await endHeld(lease, { status: "cancelled", steps: freshSteps() });
    expect(await events(deploymentId)).toEqual(["queued", "running", "cancelled"]);
  });

  it("when a worker that stops gives it back", async () => {
    const deploymentId = await queue();
    await giveBack(await taken());
    expect(await events(deploymentId)).toEqual(["queued", "running", "queued"]);
  });

  it("when its process died, for each new try and for the end", async () => {
    const deploymentId = await queue();
    for (let time = 0; time < 3; time++) {
      await taken();
      await loseProcess(deploymentId);
    }
    const tries = ["queued", "running", "queued", "running", "queued", "running"];
    expect(await events(deploymentId)).toEqual([...tries, "failed"]);
  });

  it("but not when its transaction is rolled back", async () => {
    const before = await db().deploymentEvent.count();
    const failing = transaction(async (tx) => {
      const { organizationId, applicationId, environmentId } = application;
      const actor = { organizationId, userId: null, name: "", kind: "push" as const };
      await insertDeployment(tx, actor, { applicationId, environmentId, ref: "main", trigger: "push" });
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    expect(await db().deploymentEvent.count()).toBe(before);
  });
});

function recorder(name: string) {
  const seen: StatusEvent[] = [];
  const follower: Follower = {
    name,
    concurrency: 1,
    handle: async (event) => void seen.push(event),
  };
  return { seen, follower };
}

async function jobsOf({ name }: Follower): Promise<unknown[]> {
  const { rows } = await pool().query(
    "SELECT data FROM queue.job WHERE name = $1 ORDER BY (data->>'eventId')::bigint",
    [`deployment-${name}`],
  );
  return rows.map((row) => row.data);
}

describe("events", () => {
  it("are handed to each follower once, whatever number of processes relays them", async () => {
    const [one, two] = [recorder("one").follower, recorder("two").follower];
    await relayEvents([]);
    const deploymentId = await queue();
    await taken();
    const counts = await Promise.all(Array.from({ length: 4 }, () => relayEvents([one, two])));
    expect(counts.reduce((sum, count) => sum + count)).toBe(2);
    for (const follower of [one, two]) {
      expect(await jobsOf(follower)).toEqual([
        expect.objectContaining({ deploymentId, status: "queued" }),
        expect.objectContaining({ deploymentId, status: "running" }),
      ]);
    }
    expect(await relayEvents([one])).toBe(0);
  });

  it("of a transaction that commits late are handed over as well", async () => {
    const { follower } = recorder("late");
    await relayEvents([]);
    const late = await seedDeployment(application);
    const { organizationId } = application;
    await transaction(async (tx) => {
      await tx.deploymentEvent.create({ data: { organizationId, deploymentId: late, status: "queued" } });
      await queue(); // commits first, with a higher id
      expect(await relayEvents([follower])).toBe(2); // it skipped the seeded one
    });
    expect(await relayEvents([follower])).toBe(1);
  });

  it("reach a follower as soon as they are there", async () => {
    const { seen, follower } = recorder("soon");
    await relayEvents([]);
    const stop = await follow([follower]);
    const deploymentId = await queue();
    await expect.poll(() => seen, { timeout: 15_000 }).toMatchObject([{ deploymentId, status: "queued" }]);
    await stop();
  });

  it("are deleted some days after they were handed over, and not before", async () => {
    await queue();
    await pruneEvents();
    await db().deploymentEvent.updateMany({ data: { at: new Date(0) } });
    await pruneEvents();
    expect(await db().deploymentEvent.count()).toBeGreaterThan(0);
    await db().deploymentEvent.updateMany({ data: { relayedAt: new Date(0) } });
    await pruneEvents();
    expect(await db().deploymentEvent.count()).toBe(0);
  });
});
