import { testDatabase } from "@test/kit/database";
import { type HookWorld, hookTypes, hookWorld } from "@test/kit/hook-world";
import { testMember, testOrganization } from "@test/kit/member";
import { call } from "@test/kit/provider-api";
import { HOOK_TIME, signed } from "@test/kit/webhook";
import { beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { readRecipients, recipientOf, secretsOf } from "@/features/delivery/receive/recipients";
import type { RemovalReport } from "@/features/git-provider/contract";
import { all } from "@/features/webhook/all";
import { confirmAppSecret, replaceAppSecret } from "@/features/webhook/app-secret";
import { ensure } from "@/features/webhook/ensure";
import { openHookProvider } from "@/features/webhook/open-provider";
import { planAllHooks } from "@/features/webhook/plan";
import { rotateSecret } from "@/features/webhook/rotate-secret";
import { careForDueHooks, noticeAddressChange } from "@/features/webhook/round";
import { currentSecrets } from "@/features/webhook/secrets";
import { settle } from "@/features/webhook/settle";
import { showSecret } from "@/features/webhook/show-secret";
import { appsOf } from "@/providers/github/fake/apps";
import { registry } from "@/providers/registry";
import { LONELY_TOKEN } from "@/providers/simulator/seed";

const SLIPWAY = "https://slipway.example.com";
testDatabase({ SLIPWAY_URL: SLIPWAY });

let made: HookWorld;

beforeEach(async () => {
  await db().application.deleteMany({});
  await db().webhook.deleteMany({});
});

async function connect(type: string, options: Parameters<typeof hookWorld>[1] = {}): Promise<HookWorld> {
  made = await hookWorld(type, options);
  made.moveTo(SLIPWAY);
  return made;
}

const row = () => db().webhook.findFirstOrThrow({ where: { organizationId: made.owner.organizationId } });
const hooksAtHost = () => made.world.hooks ?? [];
const urls = () => [...new Set(hooksAtHost().map(({ url }) => url))];
const down = () => new Response("down", { status: 503 });
const later = (hours: number) => new Date(Date.now() + hours * 3_600_000);
async function setTrigger(environmentId: string, trigger: string) {
  await db().environment.update({ where: { environmentId }, data: { trigger } });
  await made.plan();
}

describe.each(hookTypes)("the webhook of a repository at %s", (type) => {
  it("is made, left alone, switched on, made again, moved to another address and removed", async () => {
    const { applicationId, environmentId } = await connect(type);
    const other = { id: 1, repositoryId: made.repository.id, url: "https://ci.example.com/", secret: "x" };
    made.world.hooks = [{ ...other, events: ["push"], active: true }];
    const own = () => hooksAtHost().filter(({ url }) => url !== other.url);
    await careForDueHooks();
    const { webhookId, ...hook } = await row();
    expect(hook).toMatchObject({
      ...{ mode: "hook", state: "active", reasonCode: null, needs: ["push", "repository"] },
    });
    const address = `${SLIPWAY}/api/${type}/webhook/${webhookId}`;
    expect(urls()).toEqual([other.url, address]);
    const [secret, ...others] = await currentSecrets(await row());
    expect([own().every((one) => one.secret === secret), others]).toEqual([true, []]);

    const before = JSON.stringify(hooksAtHost());
    const items = (state: string) => ({ items: [{ applicationId, state, url: address }] });
    expect(await ensure(made.owner.caller, { applicationId })).toMatchObject(items("unchanged"));
    expect(JSON.stringify(hooksAtHost())).toBe(before);

    for (const one of own()) Object.assign(one, { active: false, alert: "disabled" });
    await careForDueHooks(later(7));
    expect(await row()).toMatchObject({ state: "active", reasonCode: "hook_repaired" });
    expect(own().every(({ active }) => active)).toBe(true);

    made.world.hooks = hooksAtHost().filter(({ url }) => url === other.url);
    expect(await ensure(made.owner.caller, { applicationId })).toMatchObject(items("repaired"));
    expect(urls()).toEqual([other.url, address]);
    expect(await row()).toMatchObject({ state: "active", reasonCode: "hook_made_again" });
    expect((await row()).missedSince).not.toBeNull();

    made.moveTo("https://moved.example.com");
    await noticeAddressChange();
    const [shown] = await all(made.owner.caller, {});
    expect(shown).toMatchObject({ state: "broken", reason: { code: "webhook_address_changed" } });
    await careForDueHooks();
    expect(urls()).toEqual([other.url, `https://moved.example.com/api/${type}/webhook/${webhookId}`]);
    expect(await row()).toMatchObject({ state: "active", reasonCode: null, url: urls()[1] });
    expect(await noticeAddressChange()).toBe(0);

    await setTrigger(environmentId, "manual");
    await careForDueHooks();
    expect(urls()).toEqual([other.url]);
    expect(await db().webhook.count()).toBe(0);
  });
});

describe("a webhook that the token may not make", () => {
  it.each(hookTypes)("of %s is to be added by hand, and counts once it delivers", async (type) => {
    const { applicationId } = await connect(type, { token: LONELY_TOKEN, name: "Handbook" });
    await careForDueHooks();
    const { webhookId } = await row();
    const address = `${SLIPWAY}/api/${type}/webhook/${webhookId}`;
    const [shown] = await all(made.owner.caller, { applicationId });
    expect(shown).toMatchObject({ mode: "manual", state: "waiting", reason: { code: "hook_not_allowed" } });
    const told = await showSecret(made.owner.caller, { webhookId });
    expect(told).toMatchObject({ url: address, events: shown?.events, formerEndsAt: null });
    expect([told.secret]).toEqual(await currentSecrets(await row()));
    expect(await showSecret(made.owner.caller, { webhookId })).toEqual(told);
    const { webhooks } = registry[type] ?? {};
    expect(told.field).toBe(webhooks?.byHand?.field ?? null);
    // As the host sends a secret that a person gave it.
    const delivery = signed(type, "{}", {}, told.secret);
    expect(webhooks?.verify(delivery, [told.secret], HOOK_TIME)?.secretIndex).toBe(0);
    await db().webhook.updateMany({ where: { webhookId }, data: { lastDeliveryAt: new Date() } });
    expect(await all(made.owner.caller, {})).toMatchObject([{ mode: "manual", state: "active" }]);
  });

  it("waits again after SLIPWAY_URL was changed, until it delivers to the new address", async () => {
    await connect("gitea", { token: LONELY_TOKEN, name: "Handbook" });
    await careForDueHooks();
    await db().webhook.updateMany({ data: { lastDeliveryAt: new Date() } });
    await careForDueHooks(later(7));
    expect(await row()).toMatchObject({ state: "active", reasonCode: null });
    made.moveTo("https://moved.example.com");
    await noticeAddressChange(later(8));
    await careForDueHooks(later(8));
    const [moved] = await all(made.owner.caller, {});
    expect(moved).toMatchObject({
      mode: "manual",
      state: "waiting",
      reason: { code: "webhook_address_changed" },
    });
    expect(moved?.reason?.message).toContain("https://moved.example.com/api/gitea/webhook/");
    await db().webhook.updateMany({ data: { lastDeliveryAt: later(9) } });
    expect(await all(made.owner.caller, {})).toMatchObject([{ state: "active" }]);
    await careForDueHooks(later(16));
    expect(await row()).toMatchObject({ state: "active", reasonCode: null });
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
    const asked = ensure(made.owner.caller, { applicationId });
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
      await made.plan();
      await careForDueHooks();
    };
    await setPreviews({ labels: [] });
    expect(hooksAtHost()[0]?.events).toContain("pull_request");
    await setPreviews(undefined);
    expect(hooksAtHost()[0]?.events).not.toContain("pull_request");
    expect(hooksAtHost()[0]?.events).toContain("push");
  });

  it("is removed soon when nothing needs it any more since a check began", async () => {
    const { environmentId } = await connect("gitea");
    await careForDueHooks();
    const held = await row();
    await setTrigger(environmentId, "manual");
    await settle(held, { state: "active", reason: null }, new Date());
    await careForDueHooks();
    expect(hooksAtHost()).toEqual([]);
  });

  it("serves all applications of one repository with one webhook", async () => {
    const first = await connect("gitea");
    const second = await made.addApplication();
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(1);
    expect(await ensure(made.owner.caller, { all: true })).toMatchObject({
      items: [{ state: "unchanged" }, { state: "unchanged" }],
    });
    await db().application.delete({ where: { applicationId: first.applicationId } });
    await made.plan();
    await careForDueHooks(later(7));
    expect(hooksAtHost()).toHaveLength(1);
    await db().application.delete({ where: { applicationId: second.applicationId } });
    await planAllHooks();
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(0);
  });

  it("keeps one that works through an outage of its host, and says why one could not be made", async () => {
    await connect("gitea");
    made.fault = down;
    await careForDueHooks();
    expect(await row()).toMatchObject({ state: "broken", failures: 1 });
    made.fault = null;
    await careForDueHooks(later(1));
    expect(await row()).toMatchObject({ state: "active", failures: 0, reasonCode: null });
    made.fault = down;
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
    await connect("gitlab");
    made.moveTo("http://localhost:3000");
    await careForDueHooks();
    expect(hooksAtHost()).toHaveLength(0);
    expect(await row()).toMatchObject({ mode: "polling", reasonCode: "hook_address_private" });
    expect((await row()).pollDueAt).not.toBeNull();
    made.moveTo(SLIPWAY);
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
    const answer = await rotateSecret(made.owner.caller, { webhookId, windowHours: 2 });
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
    made.fault = down;
    const { webhookId } = await row();
    const answer = await rotateSecret(made.owner.caller, { webhookId, windowHours: 1 });
    expect(answer).toMatchObject({ isAtHost: false, formerEndsAt: null });
    expect(await currentSecrets(await row(), later(48))).toHaveLength(2);
    made.fault = null;
    await careForDueHooks(later(1));
    const [newest, ...others] = await currentSecrets(await row());
    expect([hooksAtHost()[0]?.secret, others]).toEqual([newest, [former]]);
  });

  it("counts in both forms when the credential may not give the host the new one", async () => {
    await connect("gitea");
    await careForDueHooks();
    const { webhookId } = await row();
    const [former = ""] = await currentSecrets(await row());
    made.fault = () => new Response("{}", { status: 403, headers: { "content-type": "application/json" } });
    const answer = await rotateSecret(made.owner.caller, { webhookId, windowHours: 1 });
    made.fault = null;
    expect(answer).toMatchObject({
      isAtHost: false,
      formerEndsAt: null,
      reason: { code: "hook_not_allowed" },
    });
    expect(await row()).toMatchObject({ mode: "manual" });
    expect(await currentSecrets(await row(), later(48))).toContain(former);
  });

  it("is in no list, and not shown to members of other organizations", async () => {
    await connect("gitea");
    await careForDueHooks();
    const { webhookId } = await row();
    const [secret = ""] = await currentSecrets(await row());
    expect(JSON.stringify(await all(made.owner.caller, {}))).not.toContain(secret);
    const stranger = await testMember(await testOrganization(), "owner");
    await expect(showSecret(stranger.caller, { webhookId })).rejects.toMatchObject({ code: "not_found" });
    await expect(rotateSecret(stranger.caller, { webhookId, windowHours: 1 })).rejects.toMatchObject({
      code: "not_found",
    });
    expect(await all(stranger.caller, {})).toEqual([]);
  });
});

describe("the one webhook of a GitHub App", () => {
  const app = () => {
    const [found] = appsOf(made.world).apps;
    if (!found) throw new Error("the world has no App");
    return found;
  };
  const address = async () => {
    const { githubId } = await db().github.findFirstOrThrow({ where: { gitProviderId: made.gitProviderId } });
    return `${SLIPWAY}/api/github/webhook/${githubId}`;
  };
  const events = ["push", "pull_request", "repository"];

  it("needs no webhook at a repository when it is right", async () => {
    await connect("github", { authMethod: "app" });
    const { applicationId } = made;
    Object.assign(app(), { hookUrl: await address(), events });
    await ensure(made.owner.caller, { applicationId });
    expect(hooksAtHost()).toEqual([]);
    expect(await all(made.owner.caller, {})).toMatchObject([
      { mode: "app", state: "active", url: await address(), nextPollAt: null },
    ]);
    expect(app().webhookSecret).toBe((await showSecret(made.owner.caller, await row())).secret);
  });

  it("is pointed here when it has a former address of ours, and by a person when it has another", async () => {
    await connect("github", { authMethod: "app" });
    const path = new URL(await address()).pathname;
    Object.assign(app(), { hookUrl: `https://former.example.com${path}`, events });
    await careForDueHooks();
    expect(app().hookUrl).toBe(await address());
    Object.assign(app(), { hookUrl: "https://ci.example.com/hook" });
    await careForDueHooks(later(7));
    expect(app().hookUrl).toBe("https://ci.example.com/hook");
    expect(await row()).toMatchObject({ state: "broken", reasonCode: "app_hook_elsewhere" });
    expect(await ensure(made.owner.caller, { all: true })).toMatchObject({ items: [{ state: "repaired" }] });
    expect(app().hookUrl).toBe(await address());
    expect(await row()).toMatchObject({ state: "active", reasonCode: null, pollDueAt: null });
  });

  it("is brought in order by a person where only they can: with the exact page, and asked for changes until then", async () => {
    await connect("github", { authMethod: "app" });
    app().hookUrl = null;
    const answer = await ensure(made.owner.caller, { all: true });
    expect(answer).toMatchObject({ items: [{ state: "failed", reason: { code: "app_hook_by_hand" } }] });
    expect(answer.items[0]?.page).toMatch(/\/settings\/apps\//);
    expect((await row()).pollDueAt).not.toBeNull();
    Object.assign(app(), { hookUrl: await address(), events: ["repository"] });
    await careForDueHooks(later(7));
    expect(await row()).toMatchObject({ reasonCode: "app_hook_events", reasonParams: { events: ["push"] } });
    Object.assign(app(), { events });
    await careForDueHooks(later(14));
    expect(await row()).toMatchObject({ state: "active", reasonCode: null, pollDueAt: null });
  });

  it("gets another secret, and deliveries with the former one count until the window ends", async () => {
    await connect("github", { authMethod: "app" });
    Object.assign(app(), { hookUrl: await address(), events });
    await ensure(made.owner.caller, { all: true });
    const former = app().webhookSecret ?? "";
    const { webhookId } = await row();
    await rotateSecret(made.owner.caller, { webhookId, windowHours: 1 });
    const current = app().webhookSecret ?? "";
    expect(current).not.toBe(former);
    await readRecipients();
    const { github } = registry;
    const recipient = github && recipientOf(github, (await address()).split("/").at(-1) ?? "");
    if (!recipient) throw new Error("nobody receives for the App");
    expect(secretsOf(recipient, new Date())).toEqual([current, former]);
    expect(secretsOf(recipient, later(2))).toEqual([current]);
  });

  it.each([
    ["the host is away", true],
    ["the process dies before the host is asked", false],
  ])("keeps the former secret while %s, and is given the new one by the next round", async (_, isAway) => {
    await connect("github", { authMethod: "app" });
    Object.assign(app(), { hookUrl: await address(), events });
    await ensure(made.owner.caller, { all: true });
    const former = app().webhookSecret ?? "";
    const held = await row();
    if (isAway) {
      made.fault = down;
      const answer = await rotateSecret(made.owner.caller, { webhookId: held.webhookId, windowHours: 1 });
      expect(answer).toMatchObject({ isAtHost: false, formerEndsAt: null });
      made.fault = null;
    } else await replaceAppSecret(await openHookProvider(held), held, "the-next-secret");
    expect(app().webhookSecret).toBe(former);
    const { secret } = await showSecret(made.owner.caller, held);
    expect(secret).not.toBe(former);
    const counting = async (at: Date) => {
      await readRecipients();
      const { github } = registry;
      const recipient = github && recipientOf(github, (await address()).split("/").at(-1) ?? "");
      return recipient && secretsOf(recipient, at);
    };
    expect(await counting(later(24 * 30))).toEqual([secret, former]);
    await careForDueHooks(later(7));
    expect(app().webhookSecret).toBe(secret);
    expect(await counting(later(8))).toEqual([secret, former]);
    expect(await counting(later(48))).toEqual([secret]);
    expect(await row()).toMatchObject({ state: "active", reasonCode: null });
  });
});

describe("a webhook that nothing needs any more", () => {
  it("is shown with its address when its host does not let it be removed, until it is gone", async () => {
    const { environmentId } = await connect("gitea");
    await careForDueHooks();
    await setTrigger(environmentId, "manual");
    made.fault = down;
    for (let round = 0; round <= 16; round++) await careForDueHooks(later(7 * round));
    const [left] = await all(made.owner.caller, {});
    expect(left).toMatchObject({ state: "broken", reason: { code: "webhook_left" } });
    expect(left?.reason?.message).toContain(urls()[0]);
    expect(left?.page).toContain("acme/site");
    made.fault = null;
    await careForDueHooks(later(7 * 17));
    expect([hooksAtHost(), await all(made.owner.caller, {})]).toEqual([[], []]);
  });

  it("waits for a provider that is switched off, however long that takes", async () => {
    const { environmentId, gitProviderId } = await connect("gitea");
    await careForDueHooks();
    await setTrigger(environmentId, "manual");
    await db().gitProvider.update({ where: { gitProviderId }, data: { status: "inactive" } });
    for (let round = 0; round <= 3; round++) await careForDueHooks(later(7 * round));
    expect(await row()).toMatchObject({ failures: 0, reasonCode: "provider_inactive" });
    await db().gitProvider.update({ where: { gitProviderId }, data: { status: "active" } });
    await careForDueHooks(later(22));
    expect([hooksAtHost(), await db().webhook.count()]).toEqual([[], 0]);
  });

  it.each(["manual", "polling"])("is removed at its host also when it has become %s", async (mode) => {
    const { environmentId } = await connect("gitea");
    await careForDueHooks();
    await db().webhook.updateMany({ data: { mode, hostHookId: null } });
    await setTrigger(environmentId, "manual");
    await careForDueHooks();
    expect([hooksAtHost(), await db().webhook.count()]).toEqual([[], 0]);
  });

  it("keeps its row while that holds the former secret of an App", async () => {
    const { gitProviderId, owner } = await connect("github", { authMethod: "app" });
    const { organizationId } = owner;
    const of = { organizationId, gitProviderId, repositoryId: "999", repositoryFullName: "acme/old" };
    const old = await db().webhook.create({
      data: { ...of, mode: "app", url: "", needs: [], isUnwanted: true },
    });
    const opened = await openHookProvider(old);
    await replaceAppSecret(opened, old, "the-next-secret");
    await confirmAppSecret(opened, { now: new Date() });
    await careForDueHooks();
    await careForDueHooks(later(7));
    expect(await currentSecrets(old, later(7))).toHaveLength(1);
    await careForDueHooks(later(30));
    expect(await db().webhook.count({ where: { webhookId: old.webhookId } })).toBe(0);
  });
});

describe("removing a provider", () => {
  const remove = (dryRun: boolean) =>
    call<RemovalReport>(made.owner.caller, "gitProvider.remove", {
      gitProviderId: made.gitProviderId,
      dryRun,
    });

  it("removes its webhooks at the host and names them, and those that a person has to delete", async () => {
    await connect("gitea");
    await careForDueHooks();
    await db().application.deleteMany({});
    expect((await remove(true)).done.map(({ code }) => code)).toContain("webhook_would_go");
    expect(hooksAtHost()).toHaveLength(1);
    expect((await remove(false)).done.map(({ code }) => code)).toContain("webhook_removed");
    expect(hooksAtHost()).toEqual([]);
  });

  it("names the webhooks that are left when the host is away", async () => {
    await connect("gitea");
    await careForDueHooks();
    await db().application.deleteMany({});
    made.fault = down;
    const left = (await remove(false)).left.find(({ code }) => code === "webhook_left");
    expect(left?.message).toContain(urls()[0]);
    expect(left?.url).toContain("acme/site");
  });
});
