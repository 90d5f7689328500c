import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, said } from "@test/kit/provider-api";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { sweepExpired } from "@/access/sweep";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type {
  GitProvider,
  GitProviderDetail,
  RestoreResult,
  RotateResult,
} from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

testDatabase();

const giteaUrl = "https://git.example.com";
const SECOND = "bot-second-token";
const THIRD = "bot-third-token";
let world: World;
let owner: TestMember;
let made: GitProvider;

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  world = seedWorld();
  for (const value of [SECOND, THIRD]) world.tokens.push({ value, login: "acme-bot", scopes: null });
  reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) });
  const fields = { name: "Gitea", giteaUrl, accessToken: BOT_TOKEN, tokenExpiresOn: "2099-01-31" };
  made = await call<GitProvider>(owner.caller, "gitea.create", fields);
});

afterAll(() => {
  const secrets = [BOT_TOKEN, LONELY_TOKEN, SECOND, THIRD];
  expect(said.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});

const id = () => ({ gitProviderId: made.gitProviderId });
const rotate = (fields: object) =>
  call<RotateResult>(owner.caller, "gitProvider.rotate", { ...id(), ...fields });
const restore = (fields: object = {}) =>
  call<RestoreResult>(owner.caller, "gitProvider.restore", { ...id(), ...fields });
const one = () => call<GitProviderDetail>(owner.caller, "gitProvider.one", id());
const token = async () => (await openForge(owner.caller, made.gitProviderId)).session.secrets.accessToken;

async function use(repositoryFullName: string): Promise<void> {
  const { organizationId, gitProviderId } = made;
  const place = { repositoryFullName, repositoryUrl: `${giteaUrl}/${repositoryFullName}` };
  await db().application.create({
    data: { organizationId, gitProviderId, name: repositoryFullName, slug: newId(), ...place },
  });
}

describe("the previous credential after a rotation", () => {
  it("is kept sealed for 24 hours, and the answer says until when", async () => {
    expect((await one()).previousCredential).toBeNull();
    await rotate({ accessToken: SECOND, tokenExpiresOn: "2099-06-30" });
    const detail = await one();
    expect(detail.tokenExpiresOn).toBe("2099-06-30");
    const hours = (Date.parse(detail.previousCredential?.until ?? "") - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    const rows = await db().previousCredential.findMany({ where: id() });
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(BOT_TOKEN);
    expect(rows[0]?.secrets).toMatch(/^v1:/);
  });

  it("the health is that of the new credential, and of the restored one after a restore", async () => {
    const { health } = await one();
    expect(health.state).toBe("pending");
    await rotate({ accessToken: SECOND });
    const rotated = (await one()).health;
    expect(rotated).toMatchObject({ state: "ok", checkedAt: expect.any(String) });
    await restore();
    const restored = (await one()).health;
    expect(restored).toMatchObject({ state: "ok", checkedAt: expect.any(String) });
    expect(restored.checkedAt).not.toBe(rotated.checkedAt);
  });

  it("is not kept after a dry run, nor when the new one was refused", async () => {
    await use("acme/site");
    await rotate({ accessToken: SECOND, dryRun: true });
    await rotate({ accessToken: LONELY_TOKEN });
    expect((await one()).previousCredential).toBeNull();
  });

  it("is restored with its expiry day, after reading every repository in use", async () => {
    await use("acme/site");
    await rotate({ accessToken: SECOND });
    expect((await one()).tokenExpiresOn).toBeNull();
    expect(await restore({ dryRun: true })).toMatchObject({ restored: false, dryRun: true });
    expect(await token()).toBe(SECOND);
    const answer = await restore();
    expect(answer).toMatchObject({ restored: true, repositories: [{ name: "acme/site", reachable: true }] });
    expect(await token()).toBe(BOT_TOKEN);
    expect((await one()).tokenExpiresOn).toBe("2099-01-31");
  });

  it("can be exchanged again for the newer one after a restore", async () => {
    await rotate({ accessToken: SECOND });
    await restore();
    await restore();
    expect(await token()).toBe(SECOND);
  });

  it("is not restored when the host no longer accepts it, and the answer says so", async () => {
    await rotate({ accessToken: SECOND });
    world.tokens = world.tokens.filter(({ value }) => value !== BOT_TOKEN);
    const fault = await faultOfCall(owner.caller, "gitProvider.restore", id());
    expect(fault).toMatchObject({
      code: "credential_rejected",
      reason: { code: "previous_credential_refused" },
    });
    expect(fault.message).toContain("no longer works");
    expect(await token()).toBe(SECOND);
    expect((await one()).health.state).not.toBe("broken");
  });

  it("is not restored when it cannot read a repository in use, and the answer names that", async () => {
    await db().gitProvider.deleteMany({ where: id() });
    made = await call<GitProvider>(owner.caller, "gitea.create", {
      name: "Narrow",
      giteaUrl,
      accessToken: LONELY_TOKEN,
    });
    await rotate({ accessToken: BOT_TOKEN });
    await use("acme/site");
    expect(await restore()).toMatchObject({
      restored: false,
      repositories: [{ name: "acme/site", reachable: false }],
    });
    expect(await token()).toBe(BOT_TOKEN);
  });

  it("is only the latest one after a second rotation", async () => {
    await rotate({ accessToken: SECOND });
    await rotate({ accessToken: THIRD });
    expect(await db().previousCredential.count({ where: id() })).toBe(1);
    await restore();
    expect(await token()).toBe(SECOND);
  });

  it("cannot be restored after 24 hours even before the sweep deletes it", async () => {
    await rotate({ accessToken: SECOND });
    const past = new Date(Date.now() - 1000);
    await db().previousCredential.updateMany({ where: id(), data: { expiresAt: past } });
    expect((await one()).previousCredential).toBeNull();
    const fault = await faultOfCall(owner.caller, "gitProvider.restore", id());
    expect(fault).toMatchObject({ code: "conflict", reason: { code: "no_previous_credential" } });
    await sweepExpired();
    expect(await db().previousCredential.count({ where: id() })).toBe(0);
  });

  it("is never sent to another address than the one it was stored for", async () => {
    await rotate({ accessToken: SECOND });
    const giteaId = made.gitea?.giteaId;
    const elsewhere = { giteaId, giteaUrl: "https://elsewhere.example.com", accessToken: THIRD };
    await call(owner.caller, "gitea.update", elsewhere);
    expect(await db().previousCredential.count({ where: id() })).toBe(0);
  });

  it("is shown to and restored by those who manage the provider only", async () => {
    await rotate({ accessToken: SECOND });
    const reader = await testMember(owner.organizationId, "viewer");
    const everyones = await call<GitProviderDetail>(reader.caller, "gitProvider.one", id());
    expect([everyones.visibility, everyones.previousCredential]).toEqual(["everyone", null]);
    const visibility = { visibility: "members", members: [{ memberId: reader.memberId, access: "use" }] };
    await call(owner.caller, "gitProvider.setVisibility", { ...id(), ...visibility });
    const seen = await call<GitProviderDetail>(reader.caller, "gitProvider.one", id());
    expect(seen.previousCredential).toBeNull();
    const caller = { ...reader.caller, permissions: new Set(["provider:write"] as const) };
    expect((await faultOfCall(caller, "gitProvider.restore", id())).code).toBe("forbidden");
  });

  it("is deleted with its provider", async () => {
    await rotate({ accessToken: SECOND });
    await call(owner.caller, "gitProvider.remove", id());
    expect(await db().previousCredential.count({ where: id() })).toBe(0);
  });
});
