import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, said } from "@test/kit/provider-api";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type { GitProvider, ReassignResult, RotateResult } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com";
let owner: TestMember;
let from: GitProvider;

const make = (accessToken: string) =>
  call<GitProvider>(owner.caller, "gitea.create", { name: `Gitea ${newId()}`, giteaUrl, accessToken });

beforeEach(async () => {
  owner = await testMember(await testOrganization(), "owner");
  const world = seedWorld();
  world.tokens.push({ value: "bot-second-token", login: "acme-bot", scopes: null });
  reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) });
  from = await make(BOT_TOKEN);
});

afterAll(() => {
  expect(said.filter((text) => text.includes(BOT_TOKEN) || text.includes(LONELY_TOKEN))).toEqual([]);
});

async function makeApplication(repositoryFullName: string): Promise<string> {
  const { gitProviderId, organizationId } = from;
  const name = repositoryFullName;
  const repository = { repositoryFullName, repositoryUrl: `${giteaUrl}/${repositoryFullName}` };
  const data = { organizationId, gitProviderId, name, slug: newId(), ...repository };
  return (await db().application.create({ data })).applicationId;
}

async function providerOfApplication(applicationId: string): Promise<string | undefined> {
  return (await db().application.findUnique({ where: { applicationId } }))?.gitProviderId;
}

describe("moving applications to another provider", () => {
  const reassign = (toGitProviderId: string, fields: object = {}) =>
    call<ReassignResult>(owner.caller, "gitProvider.reassign", {
      fromGitProviderId: from.gitProviderId,
      toGitProviderId,
      ...fields,
    });

  it("moves those whose repository it can read, and says why the others stay", async () => {
    const closed = await makeApplication("acme/site");
    const open = await makeApplication("acme/Handbook");
    const lonely = await make(LONELY_TOKEN);
    const answer = await reassign(lonely.gitProviderId);
    expect(answer.moved).toMatchObject([
      { name: "acme/Handbook", reachable: true },
      { name: "acme/site", reachable: false, reason: { code: "host_not_found" } },
    ]);
    expect(await providerOfApplication(open)).toBe(lonely.gitProviderId);
    expect(await providerOfApplication(closed)).toBe(from.gitProviderId);
    expect(await db().application.findUnique({ where: { applicationId: open } })).toMatchObject({
      repositoryId: "104",
    });
  });

  it("moves nothing in a dry run, and only the chosen ones otherwise", async () => {
    const [site, handbook] = [await makeApplication("acme/site"), await makeApplication("acme/Handbook")];
    const to = await make("bot-second-token");
    await reassign(to.gitProviderId, { dryRun: true });
    expect(await providerOfApplication(site)).toBe(from.gitProviderId);
    await reassign(to.gitProviderId, { applicationIds: [site] });
    expect(await providerOfApplication(site)).toBe(to.gitProviderId);
    expect(await providerOfApplication(handbook)).toBe(from.gitProviderId);
  });

  it("leaves an application whose repository was made again under its name, and follows one that was renamed", async () => {
    const [replaced, renamed] = [await makeApplication("acme/Handbook"), await makeApplication("acme/old")];
    await db().application.update({ where: { applicationId: replaced }, data: { repositoryId: "9104" } });
    await db().application.update({ where: { applicationId: renamed }, data: { repositoryId: "101" } });
    const to = await make("bot-second-token");
    expect((await reassign(to.gitProviderId)).moved).toMatchObject([
      { name: "acme/Handbook", reachable: false, reason: { code: "repository_replaced" } },
      { name: "acme/old", reachable: true },
    ]);
    const rows = await db().application.findMany({ where: { applicationId: { in: [replaced, renamed] } } });
    expect(rows.find((row) => row.applicationId === replaced)).toMatchObject({
      gitProviderId: from.gitProviderId,
      repositoryId: "9104",
    });
    expect(rows.find((row) => row.applicationId === renamed)).toMatchObject({
      gitProviderId: to.gitProviderId,
      repositoryFullName: "acme/site",
    });
  });

  it("refuses a provider of another organization", async () => {
    const stranger = await testMember(await testOrganization("Other"), "owner");
    const theirs = await call<GitProvider>(stranger.caller, "gitea.create", {
      name: "Theirs",
      giteaUrl,
      accessToken: BOT_TOKEN,
    });
    await expect(reassign(theirs.gitProviderId)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("rotating a secret", () => {
  const rotate = (fields: object) =>
    call<RotateResult>(owner.caller, "gitProvider.rotate", { gitProviderId: from.gitProviderId, ...fields });
  const token = async () => {
    const { session } = await openForge(owner.caller, from.gitProviderId);
    return session.secrets.accessToken;
  };

  it("replaces it when the new one reads every repository in use", async () => {
    await makeApplication("acme/site");
    expect(await rotate({ accessToken: "bot-second-token", dryRun: true })).toMatchObject({ rotated: false });
    expect(await token()).toBe(BOT_TOKEN);
    expect(await rotate({ accessToken: "bot-second-token" })).toMatchObject({ rotated: true });
    expect(await token()).toBe("bot-second-token");
  });

  it("finds a repository that was renamed since by its id, and the application keeps the new name", async () => {
    const applicationId = await makeApplication("acme/site-of-old");
    await db().application.update({ where: { applicationId }, data: { repositoryId: "101" } });
    const answer = await rotate({ accessToken: "bot-second-token" });
    expect(answer).toMatchObject({ rotated: true, repositories: [{ repository: "acme/site" }] });
    expect(await db().application.findUnique({ where: { applicationId } })).toMatchObject({
      repositoryFullName: "acme/site",
      repositoryUrl: `${giteaUrl}/acme/site`,
    });
  });

  it("keeps the old one when a repository in use would be lost, and names it", async () => {
    await makeApplication("acme/site");
    const answer = await rotate({ accessToken: LONELY_TOKEN });
    expect(answer).toMatchObject({ rotated: false, repositories: [{ name: "acme/site", reachable: false }] });
    expect(await token()).toBe(BOT_TOKEN);
  });

  it("keeps the old one, and its health, when the host refuses the new one", async () => {
    const { gitProviderId } = from;
    const fault = await faultOfCall(owner.caller, "gitProvider.rotate", {
      gitProviderId,
      accessToken: "wrong",
    });
    expect(fault.code).toBe("credential_rejected");
    expect(await token()).toBe(BOT_TOKEN);
    const after = await call<GitProvider>(owner.caller, "gitProvider.one", { gitProviderId });
    expect(after.health.state).toBe("pending");
    expect((await faultOfCall(owner.caller, "gitProvider.rotate", { gitProviderId })).code).toBe(
      "invalid_input",
    );
  });
});
