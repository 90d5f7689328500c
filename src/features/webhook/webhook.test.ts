import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachInMemory } from "@test/kit/provider-api";
import { simulatorOf } from "@test/kit/simulator";
import { beforeEach, describe, expect, it } from "vitest";
import { db, transaction } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { all } from "@/features/webhook/all";
import { ensure } from "@/features/webhook/ensure";
import { requestHooks } from "@/features/webhook/request";
import { rotateSecret } from "@/features/webhook/rotate-secret";
import { careForDueHooks, noticeAddressChange, planChangedHooks } from "@/features/webhook/round";
import { currentSecrets } from "@/features/webhook/secrets";
import { showSecret } from "@/features/webhook/show-secret";
import { env, setEnv } from "@/lib/env";
import { newId } from "@/lib/id";
import { BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";
import type { Simulated } from "@/providers/simulator/simulated";
import type { World } from "@/providers/simulator/world";

const SLIPWAY = "https://slipway.example.com";
const HOST = "https://git.host-of-test.com/sub";
testDatabase({ SLIPWAY_URL: SLIPWAY });

const types = ["github", "gitlab", "bitbucket", "bitbucketServer", "gitea", "azureDevops"];
let owner: TestMember;
let world: World;
let host: Simulated | undefined;
/** Requests to the host are answered with this instead, while it is set. */
let fault: ((request: Request) => Response | null) | null;

/** Other settings open connections anew. */
function reach(): void {
  reachInMemory(async (request) => fault?.(request) ?? host?.respond(request) ?? Response.error());
}

function moveTo(url: string): void {
  setEnv({ ...env(), url });
  if (host) reach();
}

beforeEach(async () => {
  moveTo(SLIPWAY);
  await db().application.deleteMany({});
  await db().webhook.deleteMany({});
  owner = await testMember(await testOrganization(), "owner");
  fault = null;
});

interface Connected {
  gitProviderId: string;
  applicationId: string;
  environmentId: string;
}

/** A provider of the simulated host with an application of `acme/site` that is deployed by pushes. */
async function connect(type: string, token = BOT_TOKEN, name = "site"): Promise<Connected> {
  world = seedWorld();
  const simulated = (await simulatorOf(type))({ world, baseUrl: HOST, now: () => new Date() });
  host = simulated;
  reach();
  const { authMethod, settings, secrets } = simulated.connection(token);
  const given = { name: newId(), authMethod, ...settings, ...secrets };
  const { gitProviderId } = await call<GitProvider>(owner.caller, `${type}.create`, given);
  return { gitProviderId, ...(await application(gitProviderId, name)) };
}

async function application(gitProviderId: string, name = "site") {
  const { organizationId } = owner;
  const repository = world.repositories.find((one) => one.owner === "acme" && one.name === name);
  if (!repository) throw new Error(`no repository ${name}`);
  const fullName = host?.fullName(repository) ?? "";
  const { applicationId } = await db().application.create({
    data: {
      ...{ organizationId, gitProviderId, name: newId(), slug: newId() },
      repositoryId: host?.idOf?.(repository) ?? String(repository.id),
      repositoryFullName: fullName,
      repositoryUrl: `${HOST}/${fullName}`,
    },
  });
  const { environmentId } = await db().environment.create({
    data: {
      organizationId,
      applicationId,
      name: "production",
      branch: "main",
      site: newId(),
      trigger: "push",
    },
  });
  await plan();
  return { applicationId, environmentId };
}

const plan = () => transaction((tx) => requestHooks(tx, owner.organizationId));
const row = () => db().webhook.findFirstOrThrow({ where: { organizationId: owner.organizationId } });
const hooksAtHost = () => world.hooks ?? [];
const urls = () => [...new Set(hooksAtHost().map(({ url }) => url))];
const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
async function setTrigger(environmentId: string, trigger: string) {
  await db().environment.update({ where: { environmentId }, data: { trigger } });
  await plan();
}

describe.each(types)("the webhook of a repository at %s", (type) => {
  it("is made with our address and a secret, and left alone when it is right", async () => {
    const { applicationId } = await connect(type);
    await careForDueHooks();
    const made = await row();
    expect(made).toMatchObject({
      mode: "hook",
      state: "active",
      reasonCode: null,
      needs: ["push", "repository"],
    });
    expect(urls()).toEqual([`${SLIPWAY}/api/${type}/webhook/${made.webhookId}`]);
    const secrets = await currentSecrets(made);
    expect(secrets).toHaveLength(1);
    expect(hooksAtHost().every(({ secret }) => secrets.includes(secret))).toBe(true);
    const before = JSON.stringify(hooksAtHost());
    expect(await ensure(owner.caller, { applicationId })).toMatchObject({
      items: [{ applicationId, state: "unchanged", url: urls()[0] }],
    });
    expect(JSON.stringify(hooksAtHost())).toBe(before);
  });

  it("is made again when somebody deleted it, and what was missed is fetched", async () => {
    const { applicationId } = await connect(type);
    await careForDueHooks();
    world.hooks = [];
    expect(await ensure(owner.caller, { applicationId })).toMatchObject({ items: [{ state: "repaired" }] });
    expect(urls()).toHaveLength(1);
    expect(await row()).toMatchObject({ state: "active", reasonCode: "hook_made_again" });
    expect((await row()).missedSince).not.toBeNull();
  });

  it("is switched on again when the host or a person switched it off", async () => {
    await connect(type);
    await careForDueHooks();
    for (const hook of hooksAtHost()) Object.assign(hook, { active: false, alert: "disabled" });
    await careForDueHooks(later(7));
    expect(await row()).toMatchObject({ state: "active", reasonCode: "hook_repaired" });
    expect(hooksAtHost().every(({ active }) => active)).toBe(true);
    await careForDueHooks(later(14));
    expect(await row()).toMatchObject({ state: "active", reasonCode: null });
  });

  it("is removed when no environment needs it, and no other one is", async () => {
    const { environmentId } = await connect(type);
    const site = world.repositories.find((one) => one.name === "site");
    const other = { id: 1, repositoryId: site?.id ?? 0, url: "https://ci.example.com/", secret: "x" };
    world.hooks = [{ ...other, events: ["push"], active: true }];
    await careForDueHooks();
    expect(urls()).toHaveLength(2);
    await setTrigger(environmentId, "manual");
    await careForDueHooks();
    expect(urls()).toEqual([other.url]);
    expect(await db().webhook.count({ where: { organizationId: owner.organizationId } })).toBe(0);
  });

  it("gets the new address when SLIPWAY_URL changes, and the old one is not left", async () => {
    await connect(type);
    await careForDueHooks();
    const { webhookId } = await row();
    moveTo("https://moved.example.com");
    await noticeAddressChange();
    expect(await all(owner.caller, {})).toMatchObject([
      { state: "broken", reason: { code: "webhook_address_changed" } },
    ]);
    await careForDueHooks();
    expect(urls()).toEqual([`https://moved.example.com/api/${type}/webhook/${webhookId}`]);
    expect(await row()).toMatchObject({ state: "active", reasonCode: null, url: urls()[0] });
    expect(await noticeAddressChange()).toBe(0);
  });

  it("is to be added by hand where the token may not make it, and counts once it delivers", async () => {
    const { applicationId } = await connect(type, LONELY_TOKEN, "Handbook");
    await careForDueHooks();
    const { webhookId } = await row();
    const address = `${SLIPWAY}/api/${type}/webhook/${webhookId}`;
    const [shown] = await all(owner.caller, { applicationId });
    expect(shown).toMatchObject({ mode: "manual", state: "waiting", reason: { code: "hook_not_allowed" } });
    const told = await showSecret(owner.caller, { webhookId });
    expect(told).toMatchObject({ url: address, events: shown?.events, formerEndsAt: null });
    expect([told.secret]).toEqual(await currentSecrets(await row()));
    await db().webhook.updateMany({ where: { webhookId }, data: { lastDeliveryAt: new Date() } });
    expect(await all(owner.caller, {})).toMatchObject([{ mode: "manual", state: "active" }]);
  });
});

describe("making a webhook", () => {
  it("takes over the one of a process that died before it stored the host's answer", async () => {
    await connect("gitea");
    await careForDueHooks();
    const { webhookId } = await row();
    await db().webhook.updateMany({
      where: { webhookId },
      data: { hostHookId: null, checkDueAt: new Date() },
    });
    await db().webhookSecret.updateMany({ where: { webhookId }, data: { writtenAt: null } });
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(1);
    expect(await row()).toMatchObject({ state: "active", hostHookId: String(hooksAtHost()[0]?.id) });
  });

  it("happens once when two processes and a person ask for it at the same time", async () => {
    const { applicationId } = await connect("gitea");
    const rounds = Array.from({ length: 3 }, () => careForDueHooks());
    const asked = ensure(owner.caller, { applicationId });
    await Promise.all([...rounds, asked]);
    expect(hooksAtHost()).toHaveLength(1);
    expect(await currentSecrets(await row())).toHaveLength(1);
  });

  it("asks for events of requests once previews are on, and no longer when they are off", async () => {
    const { applicationId } = await connect("github");
    await careForDueHooks();
    const setPreviews = async (previews: object | undefined) => {
      await db().application.update({
        where: { applicationId },
        data: { previews: previews ?? Prisma.DbNull },
      });
      await plan();
      await careForDueHooks();
    };
    await setPreviews({ labels: [] });
    expect(hooksAtHost()[0]?.events).toContain("pull_request");
    await setPreviews(undefined);
    expect(hooksAtHost()[0]?.events).not.toContain("pull_request");
    expect(hooksAtHost()[0]?.events).toContain("push");
  });

  it("serves all applications of one repository with one webhook", async () => {
    const first = await connect("gitea");
    const second = await application(first.gitProviderId);
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(1);
    expect(await ensure(owner.caller, { all: true })).toMatchObject({
      items: [{ state: "unchanged" }, { state: "unchanged" }],
    });
    await db().application.delete({ where: { applicationId: first.applicationId } });
    await plan();
    await careForDueHooks(later(7));
    expect(hooksAtHost()).toHaveLength(1);
    await db().application.delete({ where: { applicationId: second.applicationId } });
    await planChangedHooks();
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(0);
  });

  it("keeps one that works through an outage of its host, and says why one could not be made", async () => {
    await connect("gitea");
    fault = () => new Response("down", { status: 503 });
    await careForDueHooks();
    expect(await row()).toMatchObject({ state: "broken", failures: 1 });
    fault = null;
    await careForDueHooks(later(1));
    expect(await row()).toMatchObject({ state: "active", failures: 0, reasonCode: null });
    fault = () => new Response("down", { status: 503 });
    await careForDueHooks(later(8));
    expect(await row()).toMatchObject({ state: "active", failures: 1, reasonCode: null });
  });

  it("waits while its provider is switched off, and goes on when that is switched on", async () => {
    const { gitProviderId } = await connect("gitea");
    await db().gitProvider.update({ where: { gitProviderId }, data: { status: "inactive" } });
    await careForDueHooks();
    expect(await row()).toMatchObject({ reasonCode: "provider_inactive" });
    expect(hooksAtHost()).toHaveLength(0);
    await db().gitProvider.update({ where: { gitProviderId }, data: { status: "active" } });
    await careForDueHooks();
    expect(await row()).toMatchObject({ state: "active", reasonCode: null });
  });

  it("is tried at once with a new credential", async () => {
    const { gitProviderId } = await connect("gitea");
    await careForDueHooks();
    expect(await careForDueHooks()).toBe(0);
    const data = { credentialVersion: { increment: 1 } };
    await db().gitProvider.update({ where: { gitProviderId }, data });
    expect(await careForDueHooks()).toBe(1);
    expect(await careForDueHooks()).toBe(0);
  });

  it("asks the host instead when the address of this instance is private and the host is not", async () => {
    moveTo("http://localhost:3000");
    await connect("gitlab");
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(0);
    expect(await row()).toMatchObject({ mode: "polling", reasonCode: "hook_address_private" });
    expect((await row()).pollDueAt).not.toBeNull();
    moveTo(SLIPWAY);
    await careForDueHooks(later(7));
    expect(await row()).toMatchObject({ mode: "hook", reasonCode: null, pollDueAt: null });
    expect(urls()).toHaveLength(1);
  });
});

describe("the secret of a webhook", () => {
  it("is replaced at the host first, and the former one counts for the window", async () => {
    await connect("gitea");
    await careForDueHooks();
    const [former] = await currentSecrets(await row());
    const { webhookId } = await row();
    const answer = await rotateSecret(owner.caller, { webhookId, windowHours: 2 });
    expect(answer).toMatchObject({ webhookId, isAtHost: true });
    const [newest, ...others] = await currentSecrets(await row());
    expect(hooksAtHost()[0]?.secret).toBe(newest);
    expect(newest).not.toBe(former);
    expect(others).toEqual([former]);
    expect(await currentSecrets(await row(), later(3))).toEqual([newest]);
  });

  it("counts in both forms while the host could not be given the new one", async () => {
    await connect("gitea");
    await careForDueHooks();
    const [former] = await currentSecrets(await row());
    fault = () => new Response("down", { status: 503 });
    const { webhookId } = await row();
    const answer = await rotateSecret(owner.caller, { webhookId, windowHours: 1 });
    expect(answer).toMatchObject({ isAtHost: false, formerEndsAt: null });
    expect(await currentSecrets(await row(), later(48))).toHaveLength(2);
    fault = null;
    await careForDueHooks(later(1));
    const [newest, ...others] = await currentSecrets(await row());
    expect([hooksAtHost()[0]?.secret, others]).toEqual([newest, [former]]);
  });

  it("is in no list, and not shown to members of other organizations", async () => {
    await connect("gitea");
    await careForDueHooks();
    const { webhookId } = await row();
    const [secret = ""] = await currentSecrets(await row());
    expect(JSON.stringify(await all(owner.caller, {}))).not.toContain(secret);
    const stranger = await testMember(await testOrganization(), "owner");
    await expect(showSecret(stranger.caller, { webhookId })).rejects.toMatchObject({ code: "not_found" });
    await expect(rotateSecret(stranger.caller, { webhookId, windowHours: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await all(stranger.caller, {})).toEqual([]);
  });
});
