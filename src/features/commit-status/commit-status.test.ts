import { testDatabase } from "@test/kit/database";
import { callerOf, deploymentRow, seedBareApplication, type TestApplication } from "@test/kit/deployment";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { claimReport, recordTold, releaseReports } from "@/features/commit-status/claim";
import { commitStatusFollower } from "@/features/commit-status/follower";
import { tellDue, tellHost } from "@/features/commit-status/tell";
import { wantStatus } from "@/features/commit-status/want";
import { actorOf } from "@/features/deployment/actor";
import type { OpenHost } from "@/features/deployment/application-host";
import { cancel } from "@/features/deployment/cancel";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";
import { finish, giveBack } from "@/features/deployment/run/finish";
import { recover } from "@/features/deployment/run/recover";
import { take } from "@/features/deployment/state";
import { freshSteps } from "@/features/deployment/step";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { registry } from "@/providers/registry";
import type { CommitStatus } from "@/providers/reporting";

testDatabase();

/** The host, with what it was told of each context of a commit, in order. */
interface Host {
  told: CommitStatus[];
  /** Thrown in place of an answer, one after the other. */
  faults: Fault[];
  /** Called before each answer. */
  before?: () => Promise<void>;
  /** Called when the host was told, before it answers. */
  after?: () => Promise<void>;
  hasStatuses: boolean;
  open: OpenHost;
}

let host: Host;
let application: TestApplication;
beforeEach(async () => {
  await db().organization.deleteMany({});
  application = await seedBareApplication();
  host = newHost();
});

function newHost(): Host {
  const statuses = {
    async set(_key: unknown, status: CommitStatus) {
      await host.before?.();
      const fault = host.faults.shift();
      if (fault) throw fault;
      host.told.push(status);
      await host.after?.();
    },
  };
  const open = async () => {
    const provider = registry.gitea;
    if (!provider) throw new Error("Gitea is not registered");
    const forge = { ...(host.hasStatuses && { statuses }) };
    const row = { authMethod: Object.keys(provider.manifest.methods)[0] ?? "" };
    return { provider, forge, row, key: { fullName: "acme/site" } } as unknown as Awaited<
      ReturnType<OpenHost>
    >;
  };
  return { told: [], faults: [], hasStatuses: true, open };
}

const commit = (sha: string) => ({
  sha,
  subject: "s",
  author: "a",
  committedAt: "2026-01-01T00:00:00Z",
  url: null,
});
const first = "a".repeat(40);
const second = "b".repeat(40);

async function queue(sha = first): Promise<string> {
  const { applicationId, environmentId } = application;
  const wanted = { applicationId, environmentId, ref: "main", commit: commit(sha), trigger: "push" as const };
  const { deploymentId } = await enqueueDeployment(actorOf(callerOf(application)), wanted);
  return deploymentId;
}

/** As the follower does with each event, against the host of this test. */
async function follow(deploymentId: string): Promise<void> {
  if (await wantStatus(deploymentId)) await tellHost(deploymentId, host.open);
}

async function taken() {
  const lease = await take();
  if (!lease) throw new Error("nothing was taken");
  return lease;
}

async function end(status: "succeeded" | "failed" = "succeeded"): Promise<string> {
  const lease = await taken();
  const steps = freshSteps().map((step) => (step.name === "build" ? { ...step, status } : step));
  await finish(lease, { status, steps, ...(status === "failed" && { reason: { code: "output_empty" } }) });
  return lease.deploymentId;
}

const report = (deploymentId: string) => db().commitReport.findUniqueOrThrow({ where: { deploymentId } });
const states = () => host.told.map(({ state }) => state);

async function shown(deploymentId: string) {
  const deployment = toDeployment(await findDeployment(application, deploymentId));
  const step = deployment.steps.find(({ name }) => name === "report");
  return { step: step?.status, warnings: deployment.warnings };
}

/** Let the pause before the next try be over. */
async function passPause(): Promise<void> {
  await db().commitReport.updateMany({ where: { dueAt: { not: null } }, data: { dueAt: new Date(0) } });
}

describe("the host shows beside the commit", () => {
  it("that it is being deployed and that it was, with a link to the deployment", async () => {
    const deploymentId = await queue();
    await follow(deploymentId);
    await end();
    await follow(deploymentId);
    const { organization } = await db().application.findUniqueOrThrow({
      where: { applicationId: application.applicationId },
      include: { organization: true },
    });
    const { applicationId } = application;
    const url = `${env().url}/o/${organization.slug}/applications/${applicationId}/deployments/${deploymentId}`;
    const common = { sha: first, context: "slipway/production", url, ref: "main" };
    const environment = { name: "production", isPreview: false };
    const served = expect.stringMatching(/^https?:\/\//);
    expect(host.told).toEqual([
      {
        ...{ ...common, state: "pending", description: "Waiting to be deployed" },
        environment: { ...environment, url: null },
      },
      {
        ...{ ...common, state: "success", description: "Deployed in 1 s" },
        environment: { ...environment, url: served },
      },
    ]);
    expect(await shown(deploymentId)).toEqual({ step: "succeeded", warnings: [] });
  });

  it("that it succeeded with warnings, as a warning", async () => {
    const deploymentId = await queue();
    await db().deployment.update({
      where: { deploymentId },
      data: { warnings: [{ code: "index_missing" }] },
    });
    await end();
    await follow(deploymentId);
    expect(host.told).toMatchObject([{ state: "warning", description: "Deployed in 1 s, with warnings" }]);
  });

  it("in which step it failed, and nothing that only members may read", async () => {
    const deploymentId = await queue();
    await end("failed");
    await follow(deploymentId);
    expect(host.told).toMatchObject([{ state: "failure", description: "Failed in the step build" }]);
  });

  it("that it was cancelled, without who did it", async () => {
    const deploymentId = await queue();
    await cancel(callerOf(application), { deploymentId });
    await follow(deploymentId);
    expect(host.told).toMatchObject([{ state: "cancelled", description: "Cancelled" }]);
  });

  it("that a newer deployment took its place", async () => {
    const older = await queue(first);
    const newer = await queue(second);
    for (const deploymentId of [older, newer]) await follow(deploymentId);
    expect(host.told).toMatchObject([
      { sha: first, state: "cancelled", description: "Left out: a newer deployment took its place" },
      { sha: second, state: "pending" },
    ]);
  });

  it("that it waits once, however often it is given back or recovered, and then how it ended", async () => {
    const deploymentId = await queue();
    await follow(deploymentId);
    await giveBack(await taken());
    await follow(deploymentId);
    for (let time = 0; time < 3; time++) {
      await taken();
      const leaseExpiresAt = new Date(Date.now() - 60_000);
      await db().deployment.update({ where: { deploymentId }, data: { leaseExpiresAt } });
      await recover();
      await follow(deploymentId);
    }
    expect(states()).toEqual(["pending", "failure"]);
  });

  it("nothing before the commit is known", async () => {
    const { applicationId, environmentId } = application;
    const wanted = { applicationId, environmentId, ref: "main", trigger: "manual" as const };
    const { deploymentId } = await enqueueDeployment(actorOf(callerOf(application)), wanted);
    await commitStatusFollower.handle({
      eventId: "1",
      organizationId: application.organizationId,
      deploymentId,
      status: "queued",
    });
    expect(await db().commitReport.count()).toBe(0);
    expect(await wantStatus("gone")).toBe(false);
  });

  it("applications of the same repository and previews under names of their own", async () => {
    const row = await db().application.findUniqueOrThrow({
      where: { applicationId: application.applicationId },
      include: { environments: true },
    });
    const { organizationId, gitProviderId, repositoryFullName, repositoryUrl } = row;
    const other = await db().application.create({
      data: {
        ...{ organizationId, gitProviderId, repositoryFullName, repositoryUrl, name: "Docs", slug: "docs" },
        environments: {
          create: [
            { name: "production", branch: "main", site: "docs" },
            { name: "pr-7", kind: "preview", branch: "main", site: "docs--pr-7" },
          ],
        },
      },
      include: { environments: { orderBy: { name: "asc" } } },
    });
    await follow(await queue());
    for (const { environmentId } of other.environments) {
      application = { ...application, applicationId: other.applicationId, environmentId };
      await follow(await queue());
    }
    expect(host.told.map(({ context }) => context)).toEqual([
      "slipway/production",
      "slipway/docs/preview",
      "slipway/docs/production",
    ]);
  });

  it.each([
    ["names of their own through two providers of one host", "git.test", "slipway/docs/production"],
    ["the same name at two hosts with the same id", "other.test", "slipway/production"],
  ])("applications with %s", async (_, address, context) => {
    const { applicationId } = application;
    const { organizationId, gitProviderId } = await db().application.update({
      where: { applicationId },
      data: { repositoryId: "7", repositoryUrl: "https://git.test/acme/site" },
    });
    const { providerType } = await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
    const second = { organizationId, providerType, name: "Second", authMethod: "token", health: {} };
    const provider = await db().gitProvider.create({ data: second });
    const repository = { repositoryId: "7", repositoryFullName: "acme/renamed" };
    const other = await db().application.create({
      data: {
        ...{ ...repository, repositoryUrl: `https://${address}/acme/renamed`, name: "Docs", slug: "docs" },
        ...{ organizationId, gitProviderId: provider.gitProviderId },
        environments: { create: { name: "production", branch: "main", site: "docs" } },
      },
      include: { environments: true },
    });
    const [{ environmentId } = { environmentId: "" }] = other.environments;
    application = { ...application, applicationId: other.applicationId, environmentId };
    await follow(await queue());
    expect(host.told.map((one) => one.context)).toEqual([context]);
  });
});

describe("the newest state wins", () => {
  it("when events arrive late, twice or in another order", async () => {
    const deploymentId = await queue();
    await end();
    await Promise.all(Array.from({ length: 4 }, () => follow(deploymentId)));
    await follow(deploymentId);
    expect(states()).toEqual(["success"]);
  });

  it("over one that was read before it and is written after it", async () => {
    const deploymentId = await queue();
    await follow(deploymentId);
    // As if another process had seen the end of the deployment by now.
    const data = { wanted: "success", told: "success", dueAt: null, eventId: 1_000_000n };
    await db().commitReport.update({ where: { deploymentId }, data });
    await follow(deploymentId);
    expect(states()).toEqual(["pending"]);
    expect(await report(deploymentId)).toMatchObject({ wanted: "success", dueAt: null });
  });

  it("when it changes while the host is told the former one", async () => {
    const deploymentId = await queue();
    host.before = async () => {
      host.before = undefined;
      await end();
      await follow(deploymentId); // waits its turn: the host is told one thing at a time
      expect(states()).toEqual([]);
    };
    await follow(deploymentId);
    expect(states()).toEqual(["pending"]);
    await tellDue(host.open);
    expect(states()).toEqual(["pending", "success"]);
  });

  it("over an older deployment of the same commit whose status could not be told in time", async () => {
    const older = await queue();
    await end("failed");
    host.faults = [new Fault("unavailable", { code: "connection_reset" })];
    await follow(older);
    const newer = await queue();
    await end();
    await follow(newer);
    await passPause();
    expect(await tellHost(older, host.open)).toBe(false);
    await tellDue(host.open);
    expect(states()).toEqual(["success"]);
    expect(await report(older)).toMatchObject({ dueAt: null, told: null });
  });

  it("when a process wakes up that was taken for dead: the host is told once more", async () => {
    const deploymentId = await queue();
    await wantStatus(deploymentId);
    const claim = await claimReport(deploymentId);
    if (!claim) throw new Error("nothing was due");
    await db().commitReport.update({ where: { deploymentId }, data: { sendingUntil: new Date(0) } });
    await releaseReports();
    await end();
    await follow(deploymentId);
    await recordTold(claim); // it told the host "pending" only now
    await tellDue(host.open);
    expect(states()).toEqual(["success", "success"]);
    expect(await report(deploymentId)).toMatchObject({ told: "success", dueAt: null });
  });
});

describe("a process that is killed while it reports", () => {
  it("before the host was told loses nothing", async () => {
    const deploymentId = await queue();
    await wantStatus(deploymentId);
    await claimReport(deploymentId);
    await tellDue(host.open);
    expect(states()).toEqual([]); // another process may be telling it
    await db().commitReport.update({ where: { deploymentId }, data: { sendingUntil: new Date(0) } });
    await tellDue(host.open);
    expect(states()).toEqual(["pending"]);
  });

  it("after the host was told repeats the same status and no other", async () => {
    const deploymentId = await queue();
    await end();
    await wantStatus(deploymentId);
    host.after = () => new Promise(() => undefined);
    void tellHost(deploymentId, host.open); // never comes back
    await expect.poll(states).toEqual(["success"]);
    host.after = undefined;
    await db().commitReport.update({ where: { deploymentId }, data: { sendingUntil: new Date(0) } });
    await tellDue(host.open);
    await tellDue(host.open);
    expect(states()).toEqual(["success", "success"]);
    expect(host.told[1]).toEqual(host.told[0]);
  });
});

describe("what the host refuses", () => {
  it("for want of a permission says which one to add, on the deployment", async () => {
    const deploymentId = await queue();
    await end();
    host.faults = [new Fault("permission_missing", { code: "permission_missing" })];
    await follow(deploymentId);
    const { step, warnings } = await shown(deploymentId);
    expect(step).toBe("failed");
    expect(warnings).toMatchObject([{ code: "status_not_allowed" }]);
    expect(warnings[0]?.message).toContain("set the status of commits");
    await tellDue(host.open);
    expect(states()).toEqual([]);
    expect((await deploymentRow(deploymentId)).status).toBe("succeeded");
  });

  it("because it is busy is told again at growing distance, for ten hours", async () => {
    const deploymentId = await queue();
    await end();
    await wantStatus(deploymentId);
    const down = () =>
      new Fault("unavailable", { code: "connection_reset", params: { host: "git.example.com" } });
    const pauses: number[] = [];
    let waited = 0;
    for (let tries = 0; tries < 30; tries++) {
      host.faults = [down()];
      await tellHost(deploymentId, host.open);
      const { dueAt, wantedAt } = await report(deploymentId);
      if (!dueAt) break;
      const pause = dueAt.getTime() - Date.now();
      pauses.push(pause);
      waited += pause;
      // As if that time had passed.
      await db().commitReport.update({
        where: { deploymentId },
        data: { dueAt: new Date(0), wantedAt: new Date(wantedAt.getTime() - pause) },
      });
      const { step, warnings } = await shown(deploymentId);
      expect(step).toBe("running");
      expect(warnings.map(({ code }) => code)).toEqual(tries < 2 ? [] : ["status_delayed"]);
    }
    expect(Math.round(waited / 3600_000)).toBe(10);
    expect(pauses.length).toBeLessThan(16);
    expect(pauses[0]).toBeLessThan(6_000);
    const { step, warnings } = await shown(deploymentId);
    expect(step).toBe("failed");
    expect(warnings).toMatchObject([{ code: "status_not_told" }]);
    expect(warnings[0]?.message).toContain("deploy again");
  });

  it("in a way that nobody foresaw is tried again as well", async () => {
    const deploymentId = await queue();
    await wantStatus(deploymentId);
    host.before = async () => {
      host.before = undefined;
      throw new Error("not foreseen");
    };
    await tellHost(deploymentId, host.open);
    expect(await report(deploymentId)).toMatchObject({ told: null, reasonCode: "internal", tries: 1 });
    await passPause();
    await tellDue(host.open);
    expect(states()).toEqual(["pending"]);
  });

  it("until a time is told when that has come, with the other reports of its provider", async () => {
    const retryAt = new Date(Date.now() + 1800_000);
    const [older, newer] = [await queue(first), await queue(second)];
    for (const deploymentId of [older, newer]) await wantStatus(deploymentId);
    host.faults = [new Fault("rate_limited", { code: "rate_limited" }, { retryAt })];
    await tellHost(undefined, host.open);
    for (const deploymentId of [older, newer]) {
      expect((await report(deploymentId)).dueAt?.getTime()).toBeGreaterThanOrEqual(retryAt.getTime() - 5);
    }
    await passPause();
    await tellDue(host.open);
    expect(states().toSorted()).toEqual(["cancelled", "pending"]);
  });

  it("once is not asked again for a host without statuses, and leaves the step out", async () => {
    host.hasStatuses = false;
    const deploymentId = await queue();
    await follow(deploymentId);
    host.hasStatuses = true;
    await end();
    await follow(deploymentId);
    expect(states()).toEqual([]);
    expect((await shown(deploymentId)).warnings).toEqual([]);
    expect(await report(deploymentId)).toMatchObject({ isSupported: false, dueAt: null });
  });

  it("goes away with its deployment", async () => {
    const deploymentId = await queue();
    await wantStatus(deploymentId);
    host.before = async () => void (await db().deployment.delete({ where: { deploymentId } }));
    await tellHost(deploymentId, host.open);
    expect(await db().commitReport.count()).toBe(0);
  });
});
