import { testDatabase } from "@test/kit/database";
import {
  callerOf,
  deploymentRow,
  logText,
  seedBareApplication,
  type TestApplication,
} from "@test/kit/deployment";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { actorOf } from "@/features/deployment/actor";
import type { OpenHost } from "@/features/deployment/application-host";
import { cancel } from "@/features/deployment/cancel";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";
import { requeueStalled } from "@/features/deployment/run/recover";
import { askChecks, checksChanged } from "@/features/deployment/run/wait-for-checks";
import { take } from "@/features/deployment/state";
import { Fault } from "@/lib/fault";
import type { ChecksState } from "@/providers/reporting";

testDatabase();

const sha = "a".repeat(40);
let application: TestApplication;
/** What the host answers, and how often it was asked. */
let host: { state: ChecksState | Fault | null; asked: string[] };
beforeEach(async () => {
  await db().organization.deleteMany({});
  application = await seedBareApplication();
  const { environmentId } = application;
  await db().environment.update({
    where: { environmentId },
    data: { waitForChecks: true, checksTimeoutMinutes: 30 },
  });
  host = { state: "pending", asked: [] };
  refs = { resolve: async () => ({ sha }) };
});

/** How the host resolves a ref. */
let refs = { resolve: async () => ({ sha }) };

const open = (async () => {
  const checks = async (_key: unknown, commit: string, own: string) => {
    host.asked.push(commit);
    expect(own).toBe("slipway/");
    if (host.state instanceof Fault) throw host.state;
    return host.state;
  };
  return { forge: { refs, ...(host.state && { checks }) }, key: { fullName: "acme/site" } };
}) as unknown as OpenHost;

async function queue(commit = true): Promise<string> {
  const { applicationId, environmentId } = application;
  const known = { sha, subject: "s", author: "a", committedAt: "2026-01-01T00:00:00Z", url: null };
  const wanted = { applicationId, environmentId, ref: "main", trigger: "push" as const };
  const row = await enqueueDeployment(actorOf(callerOf(application)), {
    ...wanted,
    ...(commit && { commit: known }),
  });
  return row.deploymentId;
}

/** As if so much time had passed. */
async function pass(minutes: number): Promise<void> {
  await db()
    .$executeRaw`UPDATE "deployment" SET "createdAt" = "createdAt" - make_interval(mins => ${minutes}),
    "checksUntil" = "checksUntil" - make_interval(mins => ${minutes}),
    "checksDueAt" = "checksDueAt" - make_interval(mins => ${minutes}) WHERE "status" = 'queued'`;
}

describe("a deployment that waits for checks", () => {
  it("is not taken by a worker before they succeed, and then at once", async () => {
    const deploymentId = await queue();
    await askChecks(open);
    await requeueStalled();
    expect(await take()).toBeNull();
    const waiting = toDeployment(await findDeployment(application, deploymentId));
    expect(waiting.reason).toMatchObject({
      code: "checks_awaited",
      message: expect.stringMatching(/at most until \d{4}-\d\d-\d\d \d\d:\d\d UTC/),
    });
    host.state = "success";
    await pass(1);
    await askChecks(open);
    expect(await take()).toMatchObject({ deploymentId });
    expect(host.asked).toEqual([sha, sha]);
    expect(await logText(deploymentId)).toContain("Waits for the host's own checks");
  });

  it.each([
    ["push", "skipped", "environment_frozen"],
    ["manual", "queued", null],
  ] as const)(
    "of the trigger %s is %s when its environment was frozen meanwhile",
    async (trigger, status, reasonCode) => {
      const deploymentId = await queue();
      const { environmentId } = application;
      await db().deployment.update({ where: { deploymentId }, data: { trigger } });
      await askChecks(open);
      await db().environment.update({ where: { environmentId }, data: { frozenReason: "launch" } });
      host.state = "success";
      await pass(1);
      await askChecks(open);
      expect(await deploymentRow(deploymentId)).toMatchObject({ status, reasonCode });
      expect((await take())?.deploymentId).toBe(status === "queued" ? deploymentId : undefined);
    },
  );

  it("fails with the reason when they fail", async () => {
    const deploymentId = await queue();
    host.state = "failure";
    await askChecks(open);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "failed",
      reasonCode: "checks_failed",
      reasonParams: { sha },
    });
  });

  it("fails when the time is over, also when the host could not be asked", async () => {
    for (const state of ["pending", new Fault("unavailable", { code: "connection_reset" })] as const) {
      host.state = state;
      const deploymentId = await queue();
      await askChecks(open);
      expect(await deploymentRow(deploymentId)).toMatchObject({ status: "queued" });
      await pass(31);
      await askChecks(open);
      expect(await deploymentRow(deploymentId)).toMatchObject({
        status: "failed",
        reasonCode: "checks_timeout",
        reasonParams: { minutes: 30 },
      });
    }
  });

  it("goes on when the host has none of the commit some minutes after it was asked for, not before", async () => {
    const deploymentId = await queue();
    host.state = "none";
    await askChecks(open);
    expect(await take()).toBeNull();
    await pass(3);
    await askChecks(open);
    expect(await take()).toMatchObject({ deploymentId });
    expect(await logText(deploymentId)).toContain("has no checks of this commit");
  });

  it("goes on at once where the host knows no checks", async () => {
    host.state = null;
    const deploymentId = await queue();
    await askChecks(open);
    expect(await take()).toMatchObject({ deploymentId });
  });

  it("finds its commit first, and keeps it", async () => {
    const deploymentId = await queue(false);
    await askChecks(open);
    expect(host.asked).toEqual([sha]);
    expect((await deploymentRow(deploymentId)).commit).toMatchObject({ sha });
  });

  it("fails when the credential may not read them, and says so", async () => {
    const deploymentId = await queue();
    host.state = new Fault("permission_missing", { code: "permission_missing" });
    await askChecks(open);
    expect(await deploymentRow(deploymentId)).toMatchObject({
      status: "failed",
      reasonCode: "checks_unreadable",
    });
  });

  it("fails with the host's own reason when its branch is gone", async () => {
    refs.resolve = async () => {
      throw new Fault("not_found", { code: "ref_gone", params: { ref: "main" } });
    };
    const deploymentId = await queue(false);
    await askChecks(open);
    expect(await deploymentRow(deploymentId)).toMatchObject({ status: "failed", reasonCode: "ref_gone" });
  });

  it("asks at growing distance, and at once when the host tells of a change", async () => {
    const deploymentId = await queue();
    const pauses: number[] = [];
    for (let time = 0; time < 9; time++) {
      await askChecks(open);
      const { checksDueAt } = await deploymentRow(deploymentId);
      pauses.push(Math.round(((checksDueAt?.getTime() ?? 0) - Date.now()) / 1000));
      await db().deployment.update({ where: { deploymentId }, data: { checksDueAt: new Date() } });
    }
    expect(pauses[0]).toBe(10);
    expect(pauses.at(-1)).toBe(120);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    await askChecks(open);
    host.asked = [];
    await askChecks(open);
    expect(host.asked).toEqual([]);
    await checksChanged(application.organizationId, sha);
    await askChecks(open);
    expect(host.asked).toEqual([sha]);
  });

  it("is asked for by one of many processes, and again when that one died", async () => {
    const deploymentId = await queue();
    await Promise.all(Array.from({ length: 5 }, () => askChecks(open)));
    expect(host.asked).toHaveLength(1);
    await db().deployment.update({ where: { deploymentId }, data: { checksDueAt: new Date(0) } });
    await askChecks(open);
    expect(host.asked).toHaveLength(2);
  });

  it("can be cancelled, and gives way to a newer one", async () => {
    const older = await queue();
    const newer = await queue();
    expect(await deploymentRow(older)).toMatchObject({ status: "skipped" });
    await cancel(callerOf(application), { deploymentId: newer });
    await askChecks(open);
    expect(host.asked).toEqual([]);
  });
});
