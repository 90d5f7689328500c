import { testDatabase } from "@test/kit/database";
import { testMember, testOrganization, testOrigin } from "@test/kit/member";
import { expect, it } from "vitest";
import { countAttempt } from "@/access/rate-limit";
import { startSession } from "@/access/session";
import { sweepExpired } from "@/access/sweep";
import { db } from "@/db/client";

testDatabase();

it("the sweep deletes expired rows and keeps the others", async () => {
  const { userId, organizationId, sessionId } = await testMember(await testOrganization(), "owner");
  const past = new Date(Date.now() - 61 * 86_400_000);
  const idle = await startSession(userId, testOrigin);
  await db().session.update({ where: { sessionId: idle }, data: { lastSeenAt: past } });
  const reset = { userId, expiresAt: past, tokenHash: "old" };
  await db().passwordReset.createMany({
    data: [reset, { ...reset, expiresAt: new Date(Date.now() + 60_000), tokenHash: "new" }],
  });
  const kept = { organizationId, bodyHash: "x" };
  await db().idempotencyKey.createMany({
    data: [
      { ...kept, keyHash: "old", createdAt: past },
      { ...kept, keyHash: "new" },
    ],
  });
  await countAttempt("token", "someone");
  await db().throttle.create({ data: { subject: "old", count: 1, windowEndsAt: past } });
  const { gitProviderId } = await db().gitProvider.create({
    data: { organizationId, name: "x", providerType: "git", authMethod: "public", health: {} },
  });
  const flow = { organizationId, gitProviderId, userId, sessionId, credentialVersion: 1, step: "authorize" };
  const ways = { redirectUri: "https://slipway.example.com", returnTo: "/" };
  await db().oauthFlow.createMany({
    data: [
      { ...flow, ...ways, stateHash: "old", expiresAt: past },
      { ...flow, ...ways, stateHash: "new", expiresAt: new Date(Date.now() + 60_000) },
    ],
  });
  await sweepExpired();
  expect((await db().oauthFlow.findMany()).map((row) => row.stateHash)).toEqual(["new"]);
  expect((await db().session.findMany()).map((row) => row.sessionId)).toEqual([sessionId]);
  expect((await db().passwordReset.findMany()).map((row) => row.tokenHash)).toEqual(["new"]);
  expect((await db().idempotencyKey.findMany()).map((row) => row.keyHash)).toEqual(["new"]);
  expect((await db().throttle.findMany()).map((row) => row.subject)).not.toContain("old");
});
