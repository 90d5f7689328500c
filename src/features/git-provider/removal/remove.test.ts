import { setTimeout as sleep } from "node:timers/promises";
import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts } from "@test/kit/provider-api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider, RemovalReport } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { beginRemoval, holdInService } from "@/features/git-provider/removal/begin";
import { finishLeftRemovals } from "@/features/git-provider/removal/finish";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import type { Provider } from "@/providers/provider";
import { registry } from "@/providers/registry";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com";
const gitea = registry.gitea as Provider;
const { revoke } = gitea;
let owner: TestMember;
let made: GitProvider;

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  reachHosts({ "git.example.com": simulate({ world: seedWorld(), baseUrl: giteaUrl }) });
  const fields = { name: "Gitea", giteaUrl, accessToken: BOT_TOKEN };
  made = await call<GitProvider>(owner.caller, "gitea.create", fields);
});
afterEach(() => {
  gitea.revoke = revoke;
});

const id = () => ({ gitProviderId: made.gitProviderId });
const remove = (fields: object = {}) =>
  call<RemovalReport>(owner.caller, "gitProvider.remove", { ...id(), ...fields });
const isThere = async () => (await db().gitProvider.count({ where: id() })) === 1;
const rowOf = () => readProvider(system(owner.organizationId), made.gitProviderId);
const addApplication = () =>
  db().application.create({
    data: {
      organizationId: owner.organizationId,
      ...id(),
      name: newId(),
      slug: newId(),
      repositoryFullName: "acme/site",
      repositoryUrl: `${giteaUrl}/acme/site`,
    },
  });

describe("removing a provider", () => {
  it("revokes its credential at the host with the stored secret, before the row is deleted", async () => {
    const seen: unknown[] = [];
    gitea.revoke = async ({ secrets, settings }) => {
      seen.push([secrets.accessToken, settings.giteaUrl, await isThere()]);
      return { done: [{ code: "test_found", params: { text: "The token was deleted." } }], left: [] };
    };
    const report = await remove();
    expect(seen).toEqual([[BOT_TOKEN, giteaUrl, true]]);
    expect(report).toMatchObject({ removed: true, left: [] });
    expect(report.done.map(({ message }) => message)).toEqual([
      "The token was deleted.",
      'The provider "Gitea" was deleted, with its stored credential and cached lists.',
    ]);
    expect(await isThere()).toBe(false);
  });

  it("names the host's page where a person can revoke what Slipway cannot", async () => {
    gitea.revoke = undefined;
    const { left } = await remove();
    expect(left).toEqual([
      {
        code: "credential_left",
        message: expect.stringContaining("Delete it there"),
        url: `${giteaUrl}/user/settings/applications`,
      },
    ]);
  });

  it.each([
    ["is down", async () => Promise.reject(new Fault("unavailable", { code: "host_error" }))],
    ["never answers", () => new Promise<never>(() => undefined)],
  ])("goes on when the host %s, and says so in the removal report", { timeout: 20_000 }, async (_, work) => {
    gitea.revoke = work;
    const began = Date.now();
    const report = await remove();
    expect(Date.now() - began).toBeLessThan(12_000);
    expect(report).toMatchObject({ removed: true, left: [{ code: "credential_not_ended" }] });
    expect(await isThere()).toBe(false);
  });

  it("names the previous credential that is still stored", async () => {
    gitea.revoke = undefined;
    const world = seedWorld();
    world.tokens.push({ value: "second", login: "acme-bot", scopes: null });
    reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) });
    await call(owner.caller, "gitProvider.rotate", { ...id(), accessToken: "second" });
    expect((await remove()).left.map(({ code }) => code)).toEqual([
      "credential_left",
      "previous_credential_left",
    ]);
  });

  it("revokes nothing where there is no secret", async () => {
    made = await call<GitProvider>(owner.caller, "git.create", { name: "Open" });
    expect(await remove()).toMatchObject({ removed: true, left: [], done: [{ code: "provider_gone" }] });
  });

  it("changes nothing in a dry run, and says what would be done", async () => {
    let sent = 0;
    gitea.revoke = async ({ http }) => {
      await http.send(new Request(giteaUrl));
      sent += 1;
      return { done: [], left: [] };
    };
    const report = await remove({ dryRun: true });
    expect(sent).toBe(0);
    expect(report).toMatchObject({ removed: false, left: [] });
    expect(report.done.map(({ code }) => code)).toEqual(["credential_would_end", "provider_would_go"]);
    expect(await rowOf()).toMatchObject({ status: "active" });
  });

  it("promises no revocation in a dry run where the host has none, or has refused the credential", async () => {
    const left = async () => (await remove({ dryRun: true })).left.map(({ code }) => code);
    expect(await left()).toEqual(["credential_left"]);
    gitea.revoke = async ({ http }) => {
      await http.send(new Request(giteaUrl));
      return { done: [], left: [] };
    };
    const refused = { state: "broken", reason: { code: "token_rejected", params: { host: "Gitea" } } };
    const health = { ...refused, checkedAt: new Date().toISOString(), refusedRenewal: 0 };
    await db().gitProvider.update({ where: id(), data: { health } });
    expect(await left()).toEqual(["credential_refused_already"]);
    const reason = { code: "account_blocked", params: { host: "Gitea" } };
    await db().gitProvider.update({
      where: id(),
      data: { health: { ...refused, reason, checkedAt: new Date().toISOString() } },
    });
    expect(await left()).toEqual(["credential_refused_already"]);
  });

  it("hands the default on to the shared provider that was connected first, and says so", async () => {
    const fields = { giteaUrl, accessToken: BOT_TOKEN };
    const second = await call<GitProvider>(owner.caller, "gitea.create", { name: "Second", ...fields });
    await call<GitProvider>(owner.caller, "gitea.create", { name: "Third", ...fields });
    expect(made.isDefault).toBe(true);
    const planned = await remove({ dryRun: true });
    expect(planned.done.map(({ code }) => code)).toContain("default_would_move");
    const report = await remove();
    expect(report.done.find(({ code }) => code === "default_moved")?.message).toContain('"Second"');
    const all = await call<GitProvider[]>(owner.caller, "gitProvider.getAll");
    expect(all.filter(({ isDefault }) => isDefault).map(({ gitProviderId }) => gitProviderId)).toEqual([
      second.gitProviderId,
    ]);
  });

  it("is refused in a dry run too while an application uses it", async () => {
    await addApplication();
    const input = { ...id(), dryRun: true };
    const fault = await faultOfCall(owner.caller, "gitProvider.remove", input);
    expect(fault).toMatchObject({ code: "conflict", details: { count: 1 } });
  });
});

describe("a removal whose process dies", () => {
  it("has deactivated the provider before calling the host", async () => {
    gitea.revoke = async () => {
      expect(await rowOf()).toMatchObject({ status: "inactive" });
      const opening = await openForge(owner.caller, made.gitProviderId).catch((error: Fault) => error);
      expect(opening).toMatchObject({ reason: { code: "provider_inactive" } });
      return { done: [], left: [] };
    };
    await remove();
    expect.assertions(2);
  });

  it("can be done again, and is finished by the worker after ten minutes", async () => {
    gitea.revoke = undefined;
    const row = await rowOf();
    expect(await transaction((tx) => beginRemoval(tx, row))).toEqual({ newDefault: null });
    await finishLeftRemovals();
    expect(await isThere()).toBe(true);
    await call(owner.caller, "gitProvider.one", id());
    const before = new Date(Date.now() - 11 * 60_000);
    await db().gitProvider.update({ where: id(), data: { status: "active" } });
    await transaction((tx) => beginRemoval(tx, row, before));
    await finishLeftRemovals();
    expect(await isThere()).toBe(false);
  });

  it("is finished although another removal fails", async () => {
    const given = { name: newId(), giteaUrl, accessToken: BOT_TOKEN };
    const stuck = await call<GitProvider>(owner.caller, "gitea.create", given);
    const rows = [await readProvider(system(stuck.organizationId), stuck.gitProviderId), await rowOf()];
    for (const row of rows) await transaction((tx) => beginRemoval(tx, row, new Date(0)));
    const where = { gitProviderId: stuck.gitProviderId };
    await db().gitProvider.update({ where, data: { providerType: "newer" } });
    await finishLeftRemovals();
    expect(await isThere()).toBe(false);
    expect(await db().gitProvider.count({ where })).toBe(1);
    await db().gitProvider.update({ where, data: { providerType: "gitea", status: "active" } });
  });

  it("leaves a provider alone that somebody activated again", async () => {
    const row = await rowOf();
    await transaction((tx) => beginRemoval(tx, row, new Date(0)));
    await call(owner.caller, "gitProvider.setStatus", { ...id(), status: "active" });
    await finishLeftRemovals();
    expect(await isThere()).toBe(true);
  });
});

describe("an application created on a provider that is being removed", () => {
  it("stops the removal when it comes first", async () => {
    await addApplication();
    const row = await rowOf();
    expect(await transaction((tx) => beginRemoval(tx, row))).toBe(false);
    expect(await rowOf()).toMatchObject({ status: "active" });
  });

  it("is refused as deactivated when it comes second", async () => {
    const row = await rowOf();
    await transaction((tx) => beginRemoval(tx, row));
    const late = transaction((tx) => holdInService(tx, row.gitProviderId));
    await expect(late).rejects.toMatchObject({ reason: { code: "provider_inactive" } });
  });

  it("at the same moment waits for the row lock: exactly one of the two wins", async () => {
    const row = await rowOf();
    const held = sleep(300);
    const choosing = transaction(async (tx) => {
      await holdInService(tx, row.gitProviderId);
      await held;
      const { organizationId, gitProviderId } = row;
      const place = { repositoryFullName: "a/b", repositoryUrl: `${giteaUrl}/a/b` };
      await tx.application.create({
        data: { organizationId, gitProviderId, name: "late", slug: newId(), ...place },
      });
    });
    const removing = transaction((tx) => beginRemoval(tx, row));
    await choosing;
    expect(await removing).toBe(false);
  });
});
