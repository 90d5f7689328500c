import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { checkDue } from "@/features/git-provider/connection-test/scheduled";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";
import { simulate } from "@/providers/github/fake";
import {
  addApp,
  addInstallation,
  appsOf,
  type FakeApp,
  removeInstallation,
} from "@/providers/github/fake/apps";
import { seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

testDatabase();

const githubUrl = "https://github.example.com";
let owner: TestMember;
let world: World;
let app: FakeApp;
let made: GitProvider;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

beforeEach(async () => {
  world = seedWorld();
  app = addApp(world, { name: "acme-app", owner: "acme" });
  reachHosts({ "github.example.com": simulate({ world, baseUrl: githubUrl, now: () => new Date() }) });
  const given = { name: newId(), githubUrl, githubAppId: app.id, githubPrivateKey: app.pem };
  made = await call<GitProvider>(owner.caller, "github.create", given);
  await set({
    health: { state: "pending", checkedAt: null, reason: { code: "approval_pending", params: {} } },
  });
});

const where = () => ({ gitProviderId: made.gitProviderId });
const set = (data: object) => db().gitProvider.update({ where: where(), data });
const test = () => call<Report>(owner.caller, "github.testConnection", { githubId: made.github?.githubId });
const health = async () => (await call<GitProviderDetail>(owner.caller, "gitProvider.one", where())).health;
const ask = () => appsOf(world).requests.push({ id: 900, appId: app.id, account: "acme", requester: "ada" });

describe("a GitHub App whose installation waits for an owner's approval", () => {
  it("stays pending in a connection test, which says what it waits for", async () => {
    ask();
    expect(await test()).toMatchObject({ ok: false });
    expect(await health()).toMatchObject({ state: "pending", reason: { code: "approval_pending" } });
    const { githubId } = made.github ?? {};
    const fault = await faultOfCall(owner.caller, "github.repositories", { githubId });
    expect(fault.reason.code).toBe("approval_pending");
    expect((await health()).state).toBe("pending");
  });

  it("is found approved by the background check, without a visit of the callback", async () => {
    ask();
    await set({ checkDueAt: new Date(Date.now() - 1000) });
    await checkDue();
    expect((await health()).state).toBe("pending");
    const { checkDueAt } = await db().gitProvider.findUniqueOrThrow({ where: where() });
    expect((checkDueAt?.getTime() ?? 0) - Date.now()).toBeLessThan(40 * 60_000);
    addInstallation(world, app, "acme");
    // The pause after a refusal is shorter than the one between two checks.
    await set({ checkDueAt: new Date(Date.now() - 1000) });
    await db().$executeRaw`UPDATE "git_provider" SET "renewalPause" = NULL`;
    await checkDue();
    expect((await health()).state).toBe("ok");
  });

  it("is pending with app_not_installed, not broken, when the request was withdrawn", async () => {
    await test();
    expect(await health()).toMatchObject({ state: "pending", reason: { code: "app_not_installed" } });
  });

  it("is broken when it was installed once and then uninstalled", async () => {
    const { id } = addInstallation(world, app, "acme");
    expect(await test()).toMatchObject({ ok: true });
    removeInstallation(world, id);
    await test();
    expect((await health()).state).toBe("broken");
  });
});
