import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts } from "@test/kit/provider-api";
import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { sealContext } from "@/db/sealed-column";
import { rotateKeys } from "@/features/encryption-key/rotate";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider } from "@/features/git-provider/contract";
import { saveFlow, takeFlow } from "@/features/git-provider/oauth/state";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { openSecrets, settingsSaver, updateFields } from "@/features/git-provider/record/store";
import { openPendingKey, savePendingKey } from "@/features/git-provider/rotation/pending-key";
import { openPrevious, savePrevious } from "@/features/git-provider/rotation/previous-credential";
import { open } from "@/lib/seal";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";

testDatabase();

const giteaUrl = "https://git.example.com";
const evil = "https://evil.example.net";
const token = "gitea-token-5f1c";
const gitea = registry.gitea as Provider;
let owner: TestMember;
let made: GitProvider;
let called: string[];

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  called = reachHosts({}).requests;
  made = await call<GitProvider>(owner.caller, "gitea.create", {
    name: "Gitea",
    giteaUrl,
    accessToken: token,
  });
});

const where = () => ({ gitProviderId: made.gitProviderId });
const read = () => readProvider(viewerOf(owner.caller), made.gitProviderId);

describe("the secret of a provider whose row was edited in the database", () => {
  it.each([
    ["giteaUrl", { giteaUrl: evil }],
    ["giteaInternalUrl", { giteaInternalUrl: evil }],
  ])("is not sent to another %s", async (_, data) => {
    await db().gitea.update({ where: where(), data });
    await expect(openForge(owner.caller, made.gitProviderId)).rejects.toMatchObject({
      reason: { code: "secret_unreadable" },
    });
    const { reason } = await faultOfCall(owner.caller, "gitea.testConnection", {
      giteaId: made.gitea?.giteaId,
    });
    expect(reason).toMatchObject({ code: "secret_unreadable" });
    expect(called).toEqual([]);
  });

  it("does not open for another organization", async () => {
    const other = await testMember(await testOrganization("Other"), "owner");
    const { organizationId } = other.caller;
    await db().gitProvider.update({ where: where(), data: { organizationId, isDefault: false } });
    const stolen = await readProvider(viewerOf(other.caller), made.gitProviderId);
    await expect(openSecrets(db(), gitea, stolen)).rejects.toMatchObject({ reason: { code: "seal_broken" } });
  });

  it("does not open in the row of another provider", async () => {
    const fields = { name: "Mine", giteaUrl: evil, accessToken: "mine" };
    const mine = await call<GitProvider>(owner.caller, "gitea.create", fields);
    await transaction(async (tx) => {
      await tx.gitea.delete({ where: { gitProviderId: mine.gitProviderId } });
      await tx.gitea.update({ where: where(), data: { gitProviderId: mine.gitProviderId, giteaUrl: evil } });
    });
    const row = await readProvider(viewerOf(owner.caller), mine.gitProviderId);
    await expect(openSecrets(db(), gitea, row)).rejects.toMatchObject({ reason: { code: "seal_broken" } });
  });

  it("still does not open after another field changed or the master keys were rotated", async () => {
    await db().gitea.update({ where: where(), data: { giteaUrl: evil } });
    const giteaId = String(made.gitea?.giteaId);
    await call(owner.caller, "gitea.update", { giteaId, description: "x" });
    expect((await rotateKeys()).sealed).toBe(0);
    await expect(openSecrets(db(), gitea, await read())).rejects.toMatchObject({
      reason: { code: "seal_broken" },
    });
  });

  it("is refused when another address was stored since the provider was read", async () => {
    const before = await read();
    const giteaId = String(made.gitea?.giteaId);
    await call(owner.caller, "gitea.update", { giteaId, giteaUrl: evil, accessToken: "new" });
    await expect(openSecrets(db(), gitea, before)).rejects.toMatchObject({
      reason: { code: "provider_changed" },
    });
  });
});

describe("a change of the address by Slipway itself", () => {
  it("seals the kept secrets for the new address", async () => {
    const row = await read();
    await settingsSaver(gitea, row)({ giteaInternalUrl: "https://internal.example.com" });
    expect((await openForge(owner.caller, made.gitProviderId)).session.secrets.accessToken).toBe(token);
  });

  it("leaves a secret that cannot be opened as it is", async () => {
    await db().gitea.update({
      where: where(),
      data: { accessToken: "v1:gone:AAAAAAAAAAAAAAAA::AAAAAAAAAAAAAAAAAAAAAA" },
    });
    const row = await read();
    const rowId = String(row.fields.giteaId);
    await updateFields(db(), gitea, { ...row, rowId, settings: { giteaUrl: evil }, secrets: {} });
    const stored = await db().gitea.findUniqueOrThrow({ where: where() });
    expect(stored).toMatchObject({ giteaUrl: evil, accessToken: expect.stringContaining("v1:gone:") });
  });
});

describe("a pending or previous credential", () => {
  const credential = { secrets: { accessToken: token }, settings: { organizationName: "acme" } };

  it("cannot be restored to another address than it was used with", async () => {
    await transaction(async (tx) => savePrevious(tx, await read(), credential, owner.caller.userId));
    expect(await openPrevious(await read())).toMatchObject(credential);
    await db().gitea.update({ where: where(), data: { giteaUrl: evil } });
    await expect(openPrevious(await read())).rejects.toMatchObject({ reason: { code: "seal_broken" } });
  });

  it("does not open for another provider", async () => {
    const fields = { name: "Mine", giteaUrl: evil, accessToken: "mine" };
    const mine = await call<GitProvider>(owner.caller, "gitea.create", fields);
    await transaction(async (tx) => savePendingKey(tx, await read(), credential, owner.caller.userId));
    expect(await openPendingKey(await read())).toMatchObject(credential);
    await db().pendingKey.updateMany({ where: where(), data: { gitProviderId: mine.gitProviderId } });
    const row = await readProvider(viewerOf(owner.caller), mine.gitProviderId);
    await expect(openPendingKey(row)).rejects.toMatchObject({ reason: { code: "seal_broken" } });
  });
});

describe("the code verifier of an authorization", () => {
  it("does not open for another issuer", async () => {
    const { organizationId, userId } = owner.caller;
    const { sessionId } = await db().session.create({
      data: {
        sessionId: "sealed-for",
        userId,
        expiresAt: new Date(Date.now() + 60_000),
        userAgent: "",
        address: "",
      },
    });
    const flow = {
      organizationId,
      gitProviderId: made.gitProviderId,
      credentialVersion: 0,
      userId,
      sessionId,
      step: "authorize",
      issuer: giteaUrl,
      redirectUri: "https://slipway.example.com/api/callback",
      returnTo: "/",
    };
    await saveFlow(flow, "state", "verifier");
    await db().oauthFlow.updateMany({ where: { organizationId }, data: { issuer: evil } });
    await expect(takeFlow("state", { sessionId, userId })).rejects.toMatchObject({
      reason: { code: "seal_broken" },
    });
  });
});

describe("a variable and a webhook", () => {
  it("can only be opened under their own name, environment and address", () => {
    const variable = { environmentVariableId: "v", organizationId: "o", environmentId: "e", name: "TOKEN" };
    const recipient = {
      notificationRecipientId: "r",
      organizationId: "o",
      kind: "webhook",
      address: giteaUrl,
    };
    const contexts = [
      sealContext("environment_variable", variable),
      sealContext("environment_variable", { ...variable, name: "PUBLIC_TEXT" }),
      sealContext("environment_variable", { ...variable, environmentId: "f" }),
      sealContext("notification_recipient", recipient),
      sealContext("notification_recipient", { ...recipient, address: evil }),
    ];
    expect(new Set(contexts.map((context) => JSON.stringify(context))).size).toBe(contexts.length);
    expect(() => open("v1:x:y", contexts[0] ?? { table: "", column: "", rowId: "" })).toThrow();
  });
});
