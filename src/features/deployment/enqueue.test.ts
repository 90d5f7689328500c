import { testDatabase } from "@test/kit/database";
import { callerOf, seedBareApplication, type TestApplication } from "@test/kit/deployment";
import { beforeAll, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { type Actor, actorOf, triggerOf } from "@/features/deployment/actor";
import { enqueueDeployment, insertDeployment } from "@/features/deployment/enqueue";
import { toDeployment } from "@/features/deployment/public";

testDatabase();
let application: TestApplication;
beforeAll(async () => {
  application = await seedBareApplication();
});

function wantedBy(kind: Actor["kind"]) {
  const { applicationId, environmentId } = application;
  return { applicationId, environmentId, ref: "main", trigger: triggerOf({ kind }) };
}

function actor(kind: Actor["kind"], name: string): Actor {
  return { organizationId: application.organizationId, userId: null, name, kind };
}

describe("a deployment that is queued", () => {
  it("by a member names the person", async () => {
    const row = await enqueueDeployment(actorOf(callerOf(application)), wantedBy("member"));
    expect(toDeployment(row)).toMatchObject({
      trigger: "manual",
      actor: { userId: "robin", name: "Robin Example" },
    });
  });

  it("by a push names who pushed, without a user", async () => {
    const row = await enqueueDeployment(actor("push", "octocat"), wantedBy("push"));
    expect(toDeployment(row)).toMatchObject({ trigger: "push", actor: { name: "octocat" } });
    expect(toDeployment(row).actor?.userId).toBeUndefined();
  });

  it("by an event that names nobody has no actor", async () => {
    const row = await enqueueDeployment(actor("schedule", ""), wantedBy("schedule"));
    expect(toDeployment(row)).toMatchObject({ trigger: "schedule", actor: null });
  });

  it("for a commit of a fork may fetch no other repository, whatever the actor may choose", async () => {
    const { gitProviderId } = await db().application.findUniqueOrThrow({
      where: { applicationId: application.applicationId },
    });
    const wanted = {
      ...wantedBy("pullRequest"),
      repositoriesOf: gitProviderId,
      withSecrets: false,
      fetchRef: "refs/pull/7/head",
    };
    const row = await enqueueDeployment(actor("pullRequest", "octocat"), wanted);
    expect(row).toMatchObject({ withSecrets: false, fetchRef: "refs/pull/7/head", repositoriesOf: null });
  });

  it("within a transaction that rolls back is not there, and the one it replaced still waits", async () => {
    const before = await enqueueDeployment(actor("push", "octocat"), wantedBy("push"));
    const failing = transaction(async (tx) => {
      await insertDeployment(tx, actor("push", "octocat"), wantedBy("push"));
      throw new Error("stop");
    });
    await expect(failing).rejects.toThrow("stop");
    const { environmentId } = application;
    const queued = await db().deployment.findMany({ where: { environmentId, status: "queued" } });
    expect(queued.map((row) => row.deploymentId)).toEqual([before.deploymentId]);
  });
});
