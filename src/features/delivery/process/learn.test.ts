import { generateKeyPairSync } from "node:crypto";
import { testDatabase } from "@test/kit/database";
import { type DeliveringOrganization, organizationAt, type TestHook } from "@test/kit/delivering-host";
import { call } from "@test/kit/provider-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { storedTrace } from "@/features/delivery/process/stored";
import type { GitProvider, GitProviderDetail } from "@/features/git-provider/contract";
import { closeQueue } from "@/queue/queue";

testDatabase();
afterAll(() => closeQueue());

let acme: DeliveringOrganization;
let gitProviderId = "";
let hook: TestHook;

beforeAll(async () => {
  acme = await organizationAt("github");
  gitProviderId = await acme.connect();
  hook = await acme.hook(gitProviderId);
  await acme.application(gitProviderId);
});

/** An event of GitHub as it was taken in, and what came of it. */
async function told(event: string, body: object, through = gitProviderId) {
  const [outgoing = { url: "", headers: {}, body: "" }] = acme.sent(hook, acme.push("main"));
  const taken = await acme.takeIn(hook, outgoing, {
    headers: { "x-github-event": event, "content-type": "application/json" },
    body: Buffer.from(JSON.stringify(body)),
    hostDeliveryId: crypto.randomUUID(),
    gitProviderId: through,
  });
  return acme.worked(taken);
}

const application = () => db().application.findFirstOrThrow({ where: { gitProviderId } });
const list = { credentialVersion: 1, queryHash: "q", page: {}, fetchedAt: new Date() };
const keepList = (id: string) =>
  db().repositoryList.create({
    data: { ...list, gitProviderId: id, organizationId: acme.caller.organizationId },
  });

describe("an event about a repository", () => {
  const repository = () => ({ id: Number(acme.repositoryId), full_name: "acme/told-otherwise" });

  it("has the application follow what the host says, and drops what was listed before", async () => {
    await keepList(gitProviderId);
    acme.at.site.name = "www";
    const row = await told("repository", { action: "renamed", repository: repository(), changes: {} });
    expect(row).toMatchObject({
      decision: "ignored",
      event: "repository",
      reasonCode: "rule_event_no_deployment",
    });
    expect(storedTrace(row).at(-1)?.detail).toEqual({
      code: "delivery_repository_renamed",
      params: { was: "acme/site", now: "acme/www" },
    });
    expect(await application()).toMatchObject({ repositoryFullName: "acme/www" });
    expect(await db().repositoryList.count({ where: { gitProviderId } })).toBe(0);
  });

  it("shows that it was archived", async () => {
    acme.at.site.archived = true;
    await told("repository", { action: "archived", repository: repository() });
    expect((await application()).repository).toMatchObject({ archived: true });
    acme.at.site.archived = false;
  });

  it("that is gone changes nothing of the application, and says so", async () => {
    const { world, site } = acme.at;
    world.repositories = world.repositories.filter((one) => one !== site);
    const row = await told("repository", { action: "deleted", repository: repository() });
    expect(storedTrace(row).at(-1)?.detail.code).toBe("delivery_repository_unread");
    expect(await application()).toMatchObject({
      repositoryId: acme.repositoryId,
      repositoryFullName: "acme/www",
    });
    world.repositories.push(site);
  });
});

describe("an event about an installation", () => {
  let app: GitProvider;
  beforeAll(async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    app = await call<GitProvider>(acme.caller, "github.create", {
      name: "App",
      githubAppName: "prod",
      githubAppId: 123_456,
      githubClientId: "Iv1.abc123def456",
      githubClientSecret: "client-secret-of-the-app",
      githubInstallationId: "789012",
      githubPrivateKey: privateKey.export({ type: "pkcs1", format: "pem" }),
      githubWebhookSecret: "webhook-secret-of-the-app",
    });
  });

  const installation = (action: string, id = 789_012) =>
    told("installation", { action, installation: { id } }, app.gitProviderId);
  const detail = () =>
    call<GitProviderDetail>(acme.caller, "gitProvider.one", { gitProviderId: app.gitProviderId });
  const due = async () =>
    (await db().gitProvider.findUniqueOrThrow({ where: { gitProviderId: app.gitProviderId } })).checkDueAt;

  it("that is suspended shows in the health at once, and the next check is due", async () => {
    await keepList(app.gitProviderId);
    const row = await installation("suspend");
    expect(row).toMatchObject({ event: "installation", decision: "ignored" });
    expect((await detail()).health).toMatchObject({
      state: "broken",
      reason: { code: "installation_suspended" },
    });
    expect((await due())?.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    expect(await db().repositoryList.count({ where: { gitProviderId: app.gitProviderId } })).toBe(0);
  });

  it("that was removed shows as well", async () => {
    await installation("deleted");
    expect((await detail()).health).toMatchObject({ state: "broken", reason: { code: "installation_gone" } });
  });

  it("that is another one changes nothing", async () => {
    const before = await detail();
    const row = await installation("suspend", 1);
    expect(storedTrace(row).at(-1)?.detail).toEqual({ code: "delivery_installation", params: { count: 0 } });
    expect((await detail()).health).toEqual(before.health);
  });
});
