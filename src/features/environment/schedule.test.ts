import { testDatabase } from "@test/kit/database";
import {
  type Bench,
  callerOf,
  seedApplication,
  startBench,
  type TestApplication,
} from "@test/kit/deployment";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { deploy } from "@/features/application/deploy";
import { all } from "@/features/deployment/all";
import { deployScheduled } from "@/features/environment/schedule";
import type { Fault } from "@/lib/fault";
import { closeQueue } from "@/queue/queue";

testDatabase({ SLIPWAY_OUTBOUND_ALLOW: "127.0.0.1" });
let bench: Bench;
let application: TestApplication;
const due = new Date("2027-03-10T04:30:00Z");

beforeAll(async () => {
  bench = await startBench();
});
afterAll(async () => {
  await closeQueue();
  await bench.stop();
});
beforeEach(async () => {
  await db().organization.deleteMany();
  const commits = [{ message: "one", files: { "index.html": "hello" } }];
  application = await seedApplication(bench, { commits });
  await set({ schedule: "30 4 * * *", scheduleDueAt: due });
});

const set = (data: object) =>
  db().environment.update({ where: { environmentId: application.environmentId }, data });
const nextDue = async () => (await set({})).scheduleDueAt?.toISOString();
const deployments = () => db().deployment.findMany({ where: { environmentId: application.environmentId } });

describe("an environment with a schedule", () => {
  it("is deployed when it is due, and not before", async () => {
    expect(await deployScheduled(new Date(due.getTime() - 1))).toBe(0);
    expect(await deployScheduled(due)).toBe(1);
    expect(await deployScheduled(due)).toBe(0);
    expect(await deployments()).toMatchObject([{ trigger: "schedule", ref: "main", actorUserId: null }]);
    expect(await nextDue()).toBe("2027-03-11T04:30:00.000Z");
  });

  it("is deployed once for all the runs that were missed", async () => {
    expect(await deployScheduled(new Date("2027-03-14T12:00:00Z"))).toBe(1);
    expect(await nextDue()).toBe("2027-03-15T04:30:00.000Z");
  });

  it("is deployed once when several workers look at the same time", async () => {
    const rounds = await Promise.all(Array.from({ length: 5 }, () => deployScheduled(due)));
    expect(rounds.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await deployments()).toHaveLength(1);
  });

  it("is left out, until its next run, while it is frozen or its provider is switched off", async () => {
    await set({ frozenReason: "Release day", frozenAt: due });
    expect(await deployScheduled(due)).toBe(0);
    await set({ frozenReason: null, frozenAt: null, scheduleDueAt: due });
    await db().gitProvider.updateMany({ data: { status: "inactive" } });
    expect(await deployScheduled(due)).toBe(0);
    expect(await nextDue()).toBe("2027-03-11T04:30:00.000Z");
    const { items } = await all(callerOf(application), {
      applicationId: application.applicationId,
      limit: 10,
    });
    expect(items.map(({ status, trigger, reason }) => [status, trigger, reason?.code]).toSorted()).toEqual([
      ["skipped", "schedule", "environment_frozen"],
      ["skipped", "schedule", "provider_inactive"],
    ]);
  });

  it("is left alone when its stored schedule cannot be read, and the others are deployed", async () => {
    const other = await seedApplication(bench, { commits: [{ message: "one", files: { "a.html": "a" } }] });
    const { environmentId } = other;
    await db().environment.update({
      where: { environmentId },
      data: { schedule: "never", scheduleDueAt: due },
    });
    expect(await deployScheduled(due)).toBe(1);
  });
});

describe("deploying a frozen environment by hand", () => {
  it("is refused with its reason, unless it is said to happen all the same", async () => {
    await set({ frozenReason: "Release day", frozenAt: due, frozenBy: "Robin" });
    const input = { applicationId: application.applicationId, environment: "production" };
    const refused = await deploy(callerOf(application), input).catch((fault: Fault) => fault);
    expect(refused).toMatchObject({
      code: "conflict",
      reason: { code: "environment_frozen", params: { why: "Release day", by: "Robin" } },
    });
    expect(await deployments()).toEqual([]);
    expect(await deploy(callerOf(application), { ...input, force: true })).toMatchObject({
      status: "queued",
    });
  });
});
