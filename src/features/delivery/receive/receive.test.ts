import { send } from "@test/kit/call";
import { testDatabase } from "@test/kit/database";
import { anotherSecret, deliveryOf, type TestHook, testApp, testHook } from "@test/kit/hook";
import { signable } from "@test/kit/webhook";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import { readRecipients } from "@/features/delivery/receive/recipients";
import { startReceiving } from "@/features/delivery/receive/start";
import { writeTally } from "@/features/delivery/receive/tally";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import { addSecret, confirmSecret } from "@/features/webhook/secrets";
import { newId } from "@/lib/id";
import { processGlobal } from "@/lib/process-global";

testDatabase();

let receiving: Awaited<ReturnType<typeof startReceiving>>;
beforeAll(async () => {
  receiving = await startReceiving();
});
afterAll(() => receiving.stop());
beforeEach(() => processGlobal("rateLimitBuckets", () => new Map()).value.clear());

const push = JSON.stringify({ ref: "refs/heads/main" });
const rows = (organizationId: string) => db().webhookDelivery.findMany({ where: { organizationId } });
const hookRow = async ({ webhookId }: TestHook) => {
  await writeTally();
  return db().webhook.findUniqueOrThrow({ where: { webhookId } });
};

describe("a delivery that is signed correctly", () => {
  it.each(signable)("by %s is durable when it is answered with 202", async (type) => {
    const hook = await testHook(type);
    const answer = await send(hook.path, deliveryOf(type, hook.secret, push));
    expect(answer.status).toBe(202);
    const { deliveryId } = await answer.json();
    const kept = await rows(hook.organizationId);
    expect(kept).toMatchObject([{ deliveryId, decision: null, sourceId: hook.webhookId, source: "hook" }]);
    expect(Buffer.from(kept[0]?.body ?? []).toString()).toBe(push);
    expect((await hookRow(hook)).lastDeliveryAt).not.toBeNull();
  });

  it("is kept with the headers that tell what it is, and without those that hold a secret or signature", async () => {
    const hook = await testHook("azureDevops");
    const headers = { authorization: "Basic dXNlcjpzZWNyZXQ=", cookie: "a=b", "x-event-key": "push" };
    await send(hook.path, deliveryOf("azureDevops", hook.secret, push, { headers }));
    const [row] = await rows(hook.organizationId);
    expect(row?.headers).toEqual({ "content-type": "application/json", "x-event-key": "push" });
  });

  it("is taken in when it is a form, is not JSON at all, or has an unknown content type", async () => {
    const hook = await testHook("github");
    for (const [type, body] of [
      ["application/x-www-form-urlencoded", `payload=${encodeURIComponent(push)}`],
      ["application/json", "\u0000{"],
      ["text/plain", ""],
    ] as const) {
      const sent = deliveryOf("github", hook.secret, body, { headers: { "content-type": type } });
      expect((await send(hook.path, sent)).status).toBe(202);
    }
    expect(await rows(hook.organizationId)).toHaveLength(3);
  });

  it("gets 202 although its provider is switched off", async () => {
    const hook = await testHook("gitlab");
    await db().gitProvider.update({
      where: { gitProviderId: hook.gitProviderId },
      data: { status: "inactive" },
    });
    expect((await send(hook.path, deliveryOf("gitlab", hook.secret, push))).status).toBe(202);
  });

  it("may have 20 MB", async () => {
    const hook = await testHook("gitea");
    const body = Buffer.alloc(20_000_000, " ");
    expect((await send(hook.path, deliveryOf("gitea", hook.secret, body))).status).toBe(202);
  });

  it("is worked once when the host sends it twice, and both get 202", async () => {
    const hook = await testHook("github");
    const twice = deliveryOf("github", hook.secret, push, { id: newId() });
    expect((await send(hook.path, twice)).status).toBe(202);
    expect((await send(hook.path, twice)).status).toBe(202);
    const decisions = (await rows(hook.organizationId)).map(({ decision }) => decision);
    expect(decisions.toSorted()).toEqual(["coalesced", null]);
  });
});

describe("while a secret is replaced", () => {
  it("the old and the new one count, and after the window only the new one", async () => {
    const hook = await testHook("github");
    const key = { organizationId: hook.organizationId, webhookId: hook.webhookId };
    const next = anotherSecret();
    const webhookSecretId = await addSecret(db(), key, next);
    const statusWith = async (secret: string) =>
      (await send(hook.path, deliveryOf("github", secret, push))).status;
    expect([await statusWith(hook.secret), await statusWith(next)]).toEqual([202, 202]);
    const now = new Date();
    await confirmSecret(db(), key, { webhookSecretId, formerEndsAt: new Date(now.getTime() - 1), now });
    await vi.waitFor(async () => expect(await statusWith(hook.secret)).toBe(401));
    expect(await statusWith(next)).toBe(202);
  });
});

describe("the hook of a GitHub App", () => {
  const target = (appId: number) => ({
    "x-github-hook-installation-target-type": "integration",
    "x-github-hook-installation-target-id": String(appId),
  });

  it("is found by the id in its address, and by the header where the address has none", async () => {
    const secret = anotherSecret();
    const app = await testApp(secret, 4711);
    const headers = target(4711);
    const named = `/api/github/webhook/${app.githubId}`;
    expect((await send(named, deliveryOf("github", secret, push))).status).toBe(202);
    const bare = await send("/api/github/webhook", deliveryOf("github", secret, push, { headers }));
    expect(bare.status).toBe(202);
    const sources = (await rows(app.organizationId)).map(({ source, sourceId }) => [source, sourceId]);
    expect(sources).toEqual([
      ["app", app.githubId],
      ["app", app.githubId],
    ]);
  });

  it("tells every organization that has connected the App with the right secret, and no other", async () => {
    const secret = anotherSecret();
    const [one, two] = [await testApp(secret, 4712), await testApp(secret, 4712)];
    const other = await testApp(anotherSecret(), 4712);
    await readRecipients();
    const sent = deliveryOf("github", secret, push, { headers: target(4712) });
    expect((await send("/api/github/webhook", sent)).status).toBe(202);
    const counts = [one, two, other].map(async ({ organizationId }) => (await rows(organizationId)).length);
    expect(await Promise.all(counts)).toEqual([1, 1, 0]);
  });

  it("reaches the organization whose App it is, however many others entered the id of that App before", async () => {
    for (let n = 0; n < 30; n++) await testApp(anotherSecret(), 4713);
    const secret = anotherSecret();
    const { organizationId } = await testApp(secret, 4713);
    await readRecipients();
    const sent = deliveryOf("github", secret, push, { headers: target(4713) });
    expect((await send("/api/github/webhook", sent)).status).toBe(202);
    expect(await rows(organizationId)).toHaveLength(1);
  });
});

describe("from outside", () => {
  const seen = async (answer: Response) => {
    const headers = Object.fromEntries(answer.headers);
    delete headers["x-request-id"];
    delete headers.date;
    const body = (await answer.text()).replace(/"requestId":"\w+"/, "");
    return { status: answer.status, headers, body };
  };

  it.each(signable)("an unknown address of %s and a wrong signature look the same", async (type) => {
    const hook = await testHook(type);
    const wrong = deliveryOf(type, anotherSecret(), push);
    const answers = [
      await send(hook.path, wrong),
      await send(`/api/${type}/webhook/${newId()}`, wrong),
      await send(`/api/${type}/webhook/${"x".repeat(5_000)}`, wrong),
      await send(hook.path, { method: "POST", body: push, headers: { "content-type": "application/json" } }),
    ];
    const [first, ...others] = await Promise.all(answers.map(seen));
    expect(first?.status).toBe(401);
    for (const other of others) expect(other).toEqual(first);
  });

  it("a webhook of another type of host is unknown, also with the right secret", async () => {
    const hook = await testHook("github");
    const path = `/api/gitea/webhook/${hook.webhookId}`;
    expect((await send(path, deliveryOf("gitea", hook.secret, push))).status).toBe(401);
  });

  it("wrong ones are counted at a known webhook and leave no row anywhere", async () => {
    const hook = await testHook("github");
    const before = await db().webhookDelivery.count();
    for (let n = 0; n < 3; n++) await send(hook.path, deliveryOf("github", anotherSecret(), push));
    await send(`/api/github/webhook/${newId()}`, deliveryOf("github", hook.secret, push));
    expect(await db().webhookDelivery.count()).toBe(before);
    expect(await hookRow(hook)).toMatchObject({ rejectedCount: 3, refusedCount: 0 });
    expect((await hookRow(hook)).rejectedAt).not.toBeNull();
  });

  it("five wrong ones are told with the health of the provider, until a right one arrives", async () => {
    const hook = await testHook("github");
    const told = async () => {
      await writeTally();
      const [row] = await readProviders(system(hook.organizationId));
      return row?.wrongDeliveries;
    };
    const sendWrong = () => send(hook.path, deliveryOf("github", anotherSecret(), push));
    for (let n = 0; n < 4; n++) await sendWrong();
    expect(await told()).toBeNull();
    await sendWrong();
    expect(await told()).toMatchObject({ repository: "team/site", count: 5 });
    await send(hook.path, deliveryOf("github", hook.secret, push));
    expect(await told()).toBeNull();
  });

  it("an address that sends hundreds of wrong ones is told to wait, and right ones from there still pass", async () => {
    const hook = await testHook("github");
    const unknown = `/api/github/webhook/${newId()}`;
    const wrong = () => send(unknown, deliveryOf("github", hook.secret, push));
    const answers = await Promise.all(Array.from({ length: 400 }, wrong));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].toSorted()).toEqual([401, 429]);
    const known = await send(hook.path, deliveryOf("github", anotherSecret(), push));
    expect([known.status, known.headers.has("retry-after")]).toEqual([429, true]);
    expect((await send(hook.path, deliveryOf("github", hook.secret, push))).status).toBe(202);
  });

  it("more than 25 MiB are refused before they are read", async () => {
    const hook = await testHook("github");
    const body = Buffer.alloc(26_214_401);
    expect((await send(hook.path, deliveryOf("github", hook.secret, body))).status).toBe(413);
  });

  it("a test that Bitbucket Data Center does not sign gets 200, and nothing comes of it", async () => {
    const hook = await testHook("bitbucketServer");
    const headers = { "content-type": "application/json", "x-event-key": "diagnostics:ping" };
    const ping = { method: "POST", body: '{"test":true}', headers };
    expect((await send(hook.path, ping)).status).toBe(200);
    expect((await send(`/api/bitbucketServer/webhook/${newId()}`, ping)).status).toBe(200);
    expect(await rows(hook.organizationId)).toEqual([]);
  });

  it("only POST is answered, and only types with webhooks have an address", async () => {
    const hook = await testHook("github");
    expect((await send(hook.path)).status).toBe(405);
    expect((await send("/api/git/webhook/x", { method: "POST" })).status).toBe(404);
    expect((await send("/api/gitlab/webhook", { method: "POST" })).status).toBe(404);
    expect((await send("/api/constructor/webhook/x", { method: "POST" })).status).toBe(404);
  });
});

it("a webhook that was created or removed by another process counts at once", async () => {
  const hook = await testHook("github");
  const sent = () => send(hook.path, deliveryOf("github", hook.secret, push));
  expect((await sent()).status).toBe(202);
  await db().webhook.delete({ where: { webhookId: hook.webhookId } });
  await vi.waitFor(async () => expect((await sent()).status).toBe(401));
});
