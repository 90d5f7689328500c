import { testDatabase } from "@test/kit/database";
import { callerOf, deploymentRow, seedBareApplication, type TestApplication } from "@test/kit/deployment";
import { publishedText, seedPublished } from "@test/kit/site";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { actorOf } from "@/features/deployment/actor";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { rollback } from "@/features/deployment/rollback";
import { runNext } from "@/features/deployment/run/execute";
import { promote } from "@/features/environment/promote";
import { promoteFollower } from "@/features/environment/promote-follower";
import { releaseFolder } from "@/features/site/folder";
import { readManifest } from "@/features/site/manifest";

testDatabase();

const idle = new AbortController().signal;
let production: TestApplication;
let staging: TestApplication;
beforeEach(async () => {
  await db().organization.deleteMany({});
  production = await seedBareApplication();
  const { organizationId, applicationId, site } = production;
  const { environmentId } = await db().environment.create({
    data: { organizationId, applicationId, name: "staging", branch: "main", site: `${site}--staging` },
  });
  staging = { ...production, environmentId, site: `${site}--staging` };
});

/** A release that staging serves, built from a commit that the host has no more: nothing may ask it. */
async function serveOnStaging(text: string): Promise<string> {
  const deploymentId = await seedPublished(staging, {
    "index.html": text,
    "assets/app.js": `run("${text}")`,
    "assets/app.js.gz": "not compressed",
  });
  const commit = {
    sha: "a".repeat(40),
    subject: text,
    author: "a",
    committedAt: "2026-01-01T00:00:00Z",
    url: null,
  };
  await db().deployment.update({
    where: { deploymentId },
    data: { commit, actorName: "octocat", trigger: "push" },
  });
  return deploymentId;
}

function promoteToProduction(from?: string, force?: boolean) {
  return promote(callerOf(production), { environmentId: production.environmentId, from, force });
}

const follow = (deploymentId: string) =>
  promoteFollower.handle({
    eventId: "1",
    organizationId: production.organizationId,
    deploymentId,
    status: "succeeded",
  });

const ofProduction = () =>
  db().deployment.findMany({
    where: { environmentId: production.environmentId },
    orderBy: { createdAt: "asc" },
  });

describe("a promotion", () => {
  it("publishes the very release that the other environment serves, without asking the host", async () => {
    const served = await serveOnStaging("one");
    const queued = await promoteToProduction(staging.environmentId);
    expect(queued).toMatchObject({
      status: "queued",
      trigger: "manual",
      actor: { name: "Robin Example" },
      promotedFromId: served,
      commit: { subject: "one" },
    });
    expect(await runNext(idle)).toBe(true);
    expect(await deploymentRow(queued.deploymentId)).toMatchObject({ status: "succeeded", reasonCode: null });
    expect(await publishedText(production, "index.html")).toBe("one");
    const [from, to] = await Promise.all([
      readManifest(releaseFolder(staging.environmentId, served)),
      readManifest(releaseFolder(production.environmentId, queued.deploymentId)),
    ]);
    expect(to).toEqual(from);
    expect(to?.files).toHaveProperty(["assets/app.js"]);
  });

  it("keeps its own release, to go back to when staging has moved on", async () => {
    await serveOnStaging("one");
    const first = await promoteToProduction(staging.environmentId);
    await runNext(idle);
    await serveOnStaging("two");
    await promoteToProduction(staging.environmentId);
    await runNext(idle);
    expect(await publishedText(production, "index.html")).toBe("two");
    await rollback(callerOf(production), { deploymentId: first.deploymentId });
    await runNext(idle);
    expect(await publishedText(production, "index.html")).toBe("one");
  });

  it("takes the environment of the settings where none is named", async () => {
    await serveOnStaging("one");
    await expect(promoteToProduction()).rejects.toMatchObject({ reason: { code: "promote_no_source" } });
    const { environmentId } = production;
    await db().environment.update({
      where: { environmentId },
      data: { promotesFromId: staging.environmentId },
    });
    expect((await promoteToProduction()).status).toBe("queued");
  });

  it("is refused where the other environment serves nothing, is the same, or is of another application", async () => {
    const other = await seedBareApplication();
    await expect(promoteToProduction(staging.environmentId)).rejects.toMatchObject({
      code: "conflict",
      reason: { code: "promote_nothing", params: { name: "staging" } },
    });
    await expect(promoteToProduction(production.environmentId)).rejects.toMatchObject({
      reason: { code: "promote_same" },
    });
    for (const from of [other.environmentId, "gone"]) {
      await expect(promoteToProduction(from)).rejects.toMatchObject({ code: "not_found" });
    }
    expect(await ofProduction()).toEqual([]);
  });

  it("is refused while the environment is frozen, unless it is forced", async () => {
    await serveOnStaging("one");
    const { environmentId } = production;
    await db().environment.update({
      where: { environmentId },
      data: { frozenReason: "launch", frozenBy: "Ada" },
    });
    await expect(promoteToProduction(staging.environmentId)).rejects.toMatchObject({
      reason: { code: "environment_frozen" },
    });
    expect((await promoteToProduction(staging.environmentId, true)).status).toBe("queued");
  });

  it("does not wait for checks, which are of commits that are to be built", async () => {
    await serveOnStaging("one");
    const { environmentId } = production;
    await db().environment.update({ where: { environmentId }, data: { waitForChecks: true } });
    const { deploymentId } = await promoteToProduction(staging.environmentId);
    expect((await deploymentRow(deploymentId)).checksDueAt).toBeNull();
  });
});

describe("an environment that promotes from another one", () => {
  beforeEach(async () => {
    await db().environment.update({
      where: { environmentId: production.environmentId },
      data: { promotesFromId: staging.environmentId },
    });
  });

  it("publishes each success there once, in the name of who began it", async () => {
    const served = await serveOnStaging("one");
    await Promise.all([follow(served), follow(served)]);
    await follow(served);
    expect(await ofProduction()).toMatchObject([
      { promotedFromId: served, trigger: "push", actorName: "octocat", status: "queued" },
    ]);
    await runNext(idle);
    expect(await publishedText(production, "index.html")).toBe("one");
    const again = await serveOnStaging("two");
    await follow(again);
    expect(await ofProduction()).toHaveLength(2);
  });

  it("leaves out what is served there no more, what failed, and everything while it is frozen", async () => {
    const former = await serveOnStaging("one");
    await serveOnStaging("two");
    await follow(former);
    const { applicationId, environmentId } = staging;
    const wanted = { applicationId, environmentId, ref: "main", trigger: "manual" as const };
    const { deploymentId } = await enqueueDeployment(actorOf(callerOf(staging)), wanted);
    await promoteFollower.handle({
      eventId: "1",
      organizationId: staging.organizationId,
      deploymentId,
      status: "failed",
    });
    await db().environment.update({
      where: { environmentId: production.environmentId },
      data: { frozenReason: "launch" },
    });
    const frozenOut = await serveOnStaging("three");
    await Promise.all([follow(frozenOut), follow(frozenOut)]);
    expect(await ofProduction()).toMatchObject([
      { promotedFromId: frozenOut, status: "skipped", reasonCode: "environment_frozen" },
    ]);
  });
});
