import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, reachInMemory } from "@test/kit/provider-api";
import { type TokenHost, tokenHost } from "@test/kit/token-host";
import { beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { openForge } from "@/features/git-provider/client/open";
import type {
  GitProvider,
  GitProviderDetail,
  RestoreResult,
  RotateResult,
} from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import { simulate as azure } from "@/providers/azureDevops/fake";
import { TENANT } from "@/providers/azureDevops/fake/entra";
import type { Report } from "@/providers/connection/report";
import { CLIENT, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const gitlabUrl = "https://git.example.com";
const NEXT = "next-client-secret";
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
let owner: TestMember;

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

interface Connected {
  host: TokenHost;
  gitProviderId: string;
  gitlabId: string;
}

/** An authorized connection to a GitLab, whose refresh tokens work once. */
async function connect(expiresAt = inSeconds(7200)): Promise<Connected> {
  const host = tokenHost(gitlabUrl);
  reachInMemory(async (request) => {
    const answer = await host.respond(request);
    if (answer === "drop") throw new TypeError("the connection broke");
    return answer;
  });
  const given = { name: newId(), authMethod: "oauth", gitlabUrl, expiresAt, ...(await host.authorize()) };
  const client = { applicationId: CLIENT.id, secret: CLIENT.secret };
  const made = await call<GitProvider>(owner.caller, "gitlab.create", { ...given, ...client });
  host.asked = 0;
  return { host, gitProviderId: made.gitProviderId, gitlabId: String(made.gitlab?.gitlabId) };
}

/** The application has this secret on the host from now on. */
function setSecret({ host }: Connected, secret: string): void {
  for (const client of host.world.clients ?? []) client.secret = secret;
}

const rotate = ({ gitProviderId }: Connected, fields: object) =>
  call<RotateResult>(owner.caller, "gitProvider.rotate", { gitProviderId, ...fields });
const list = async ({ gitProviderId }: Connected) => {
  const { forge } = await openForge(owner.caller, gitProviderId);
  return forge.repositories?.list({ limit: 1 });
};
const healthOf = async ({ gitProviderId }: Connected) =>
  (await call<GitProviderDetail>(owner.caller, "gitProvider.one", { gitProviderId })).health;
const expire = ({ gitlabId }: Connected) =>
  db().gitlab.update({ where: { gitlabId }, data: { expiresAt: inSeconds(-60) } });
const later = ({ gitProviderId }: Connected) =>
  db().gitProvider.update({ where: { gitProviderId }, data: { renewedAt: null } });

describe("rotating a client secret", () => {
  it("refuses a secret that the host does not know, although the access token still works", async () => {
    const made = await connect();
    const input = { gitProviderId: made.gitProviderId, secret: "mistyped" };
    const fault = await faultOfCall(owner.caller, "gitProvider.rotate", input);
    expect([fault.code, fault.reason.code]).toEqual(["credential_rejected", "client_refused"]);
    expect((await healthOf(made)).state).toBe("pending");
    await expire(made);
    await list(made);
    expect(made.host.asked).toBe(2);
  });

  it("accepts a secret that gets a token, also when the previous secret no longer works", async () => {
    const made = await connect(inSeconds(-60));
    setSecret(made, NEXT);
    expect(await rotate(made, { secret: NEXT })).toMatchObject({ rotated: true });
    expect(made.host.asked).toBe(1);
    await list(made);
    await later(made);
    expect(made.host.asked).toBe(1);
    await expire(made);
    await list(made);
    expect(made.host.asked).toBe(2);
  });

  it("spends no refresh token in a dry run, or when a repository cannot be read", async () => {
    const made = await connect();
    const { organizationId } = await db().gitProvider.findFirstOrThrow({
      where: { gitProviderId: made.gitProviderId },
    });
    const place = { repositoryFullName: "acme/none", repositoryUrl: `${gitlabUrl}/acme/none` };
    const { gitProviderId } = made;
    const data = { organizationId, gitProviderId, name: newId(), slug: newId(), ...place };
    await db().application.create({ data });
    expect(await rotate(made, { secret: CLIENT.secret, dryRun: true })).toMatchObject({ rotated: false });
    expect(await rotate(made, { secret: CLIENT.secret })).toMatchObject({ rotated: false });
    expect(made.host.asked).toBe(2);
    await expire(made);
    await later(made);
    await list(made);
    expect(made.host.asked).toBe(3);
  });

  it("waits for a running refresh, so that a refresh token is sent only once", async () => {
    const made = await connect(inSeconds(-60));
    const [, rotated] = await Promise.all([list(made), rotate(made, { secret: CLIENT.secret })]);
    expect(rotated).toMatchObject({ rotated: true });
    await list(made);
    expect((await healthOf(made)).state).toBe("ok");
  });

  it("reports a lost answer as such, and the connection goes on working", async () => {
    const made = await connect();
    let lost = 0;
    made.host.before = async (request) =>
      request.url.endsWith("/oauth/token") && lost++ === 0 ? "drop" : null;
    const input = { gitProviderId: made.gitProviderId, secret: CLIENT.secret };
    expect((await faultOfCall(owner.caller, "gitProvider.rotate", input)).code).toBe("unavailable");
    expect(await rotate(made, { secret: CLIENT.secret })).toMatchObject({ rotated: true });
  });

  it("is tried by a connection test too, which reports a wrong secret as wrong", async () => {
    const made = await connect();
    const { gitlabId } = made;
    const wrong = await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId, secret: "no" });
    expect(wrong.checks.find(({ id }) => id === "credential")).toMatchObject({ status: "fail" });
    const input = { gitlabId, secret: CLIENT.secret };
    expect(await call<Report>(owner.caller, "gitlab.testConnection", input)).toMatchObject({ ok: true });
    await expire(made);
    await later(made);
    await list(made);
  });

  it("verifies a restored secret too, and does not restore one that the host has dropped", async () => {
    const made = await connect();
    setSecret(made, NEXT);
    await rotate(made, { secret: NEXT });
    const input = { gitProviderId: made.gitProviderId };
    const fault = await faultOfCall(owner.caller, "gitProvider.restore", input);
    expect(fault.reason.code).toBe("previous_credential_refused");
    setSecret(made, CLIENT.secret);
    expect(await call<RestoreResult>(owner.caller, "gitProvider.restore", input)).toMatchObject({
      restored: true,
    });
    await expire(made);
    await list(made);
  });
});

describe("updating a client secret without a rotation", () => {
  const update = ({ gitlabId }: Connected, fields: object) =>
    call<GitProvider>(owner.caller, "gitlab.update", { gitlabId, ...fields });

  it("shows a wrong secret at the next use, not only when the access token expires", async () => {
    const made = await connect();
    await update(made, { secret: "mistyped" });
    const { gitlabId } = made;
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: false,
    });
    expect(await healthOf(made)).toMatchObject({ state: "broken" });
    await update(made, { secret: CLIENT.secret });
    expect(await call<Report>(owner.caller, "gitlab.testConnection", { gitlabId })).toMatchObject({
      ok: true,
    });
  });

  it("keeps the expiry of the token when its fields did not change", async () => {
    const made = await connect();
    await update(made, { groupName: "acme" });
    await list(made);
    expect(made.host.asked).toBe(0);
  });

  it("drops the tokens when the client id changes to another application", async () => {
    const made = await connect();
    const after = await update(made, { applicationId: "another", secret: "of-another" });
    expect(after).toMatchObject({
      health: { state: "pending", reason: { code: "authorize_pending" } },
      gitlab: { hasAccessToken: false, hasRefreshToken: false },
    });
    await expect(list(made)).rejects.toMatchObject({ reason: { code: "authorize_pending" } });
    expect(made.host.asked).toBe(0);
  });
});

describe("a connection by service principal", () => {
  const draft = {
    authMethod: "servicePrincipal",
    azureDevopsUrl: "https://dev.azure.com",
    organizationName: "sub",
    tenantId: TENANT,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
  };

  function reachAzure(): void {
    const world = seedWorld();
    world.clients = [{ ...CLIENT, redirectUris: [] }];
    const host = azure({ world, baseUrl: "https://dev.azure.com/sub", now: () => new Date() });
    reachHosts({ "dev.azure.com": host, "login.microsoftonline.com": host });
  }

  it("can be tested before it is saved, by getting a token", async () => {
    reachAzure();
    expect(await call<Report>(owner.caller, "azureDevops.testConnection", draft)).toMatchObject({ ok: true });
    const wrong = { ...draft, clientSecret: "no" };
    const report = await call<Report>(owner.caller, "azureDevops.testConnection", wrong);
    const credential = report.checks.find(({ id }) => id === "credential");
    expect(credential).toMatchObject({ status: "fail" });
    expect(credential?.detail).not.toMatch(/browser/);
  });

  it("rotates to a secret that gets a token, and can restore the previous one", async () => {
    reachAzure();
    const made = await call<GitProvider>(owner.caller, "azureDevops.create", { name: newId(), ...draft });
    const { gitProviderId } = made;
    const id = { gitProviderId };
    await openForge(owner.caller, gitProviderId);
    const wrong = await faultOfCall(owner.caller, "gitProvider.rotate", { ...id, clientSecret: "no" });
    expect(wrong.code).toBe("credential_rejected");
    const right = { ...id, clientSecret: CLIENT.secret };
    expect(await call(owner.caller, "gitProvider.rotate", right)).toMatchObject({ rotated: true });
    const tokens = await db().azureDevops.findFirstOrThrow({ where: id });
    expect(tokens.accessToken).not.toBeNull();
    await db().azureDevops.updateMany({ where: id, data: { expiresAt: inSeconds(-60) } });
    expect(await call(owner.caller, "gitProvider.restore", id)).toMatchObject({ restored: true });
  });
});
