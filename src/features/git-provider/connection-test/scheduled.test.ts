import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachHosts, reachInMemory } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import { planChecks } from "@/features/git-provider/connection-test/schedule";
import { checkDue, pauseOf } from "@/features/git-provider/connection-test/scheduled";
import type { GitProvider, GitProviderHealthList } from "@/features/git-provider/contract";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

let owner: TestMember;
const hosts = ["one", "two", "three"].map((name) => `${name}.example.com`);
let requests: string[];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

beforeEach(async () => {
  await db().gitProvider.deleteMany();
  const world = seedWorld();
  const pairs = hosts.map((host) => [host, simulate({ world, baseUrl: `https://${host}` })]);
  requests = reachHosts(Object.fromEntries(pairs)).requests;
});

async function make(host = hosts[0]): Promise<string> {
  const given = { name: newId(), giteaUrl: `https://${host}`, accessToken: BOT_TOKEN };
  const { gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", given);
  return gitProviderId;
}

/** The host as it is without signing in, refusing every token. */
function refuseTokens(): { requests: string[] } {
  const host = simulate({ world: seedWorld(), baseUrl: `https://${hosts[0]}` });
  return reachInMemory(async (request) =>
    request.headers.has("authorization") ? new Response("{}", { status: 401 }) : host.respond(request),
  );
}

const read = (gitProviderId: string) => db().gitProvider.findUniqueOrThrow({ where: { gitProviderId } });
const change = (gitProviderId: string, data: object) =>
  db().gitProvider.update({ where: { gitProviderId }, data });
const due = (gitProviderId: string) => change(gitProviderId, { checkDueAt: new Date(Date.now() - 1000) });
const states = async () =>
  (await call<GitProviderHealthList>(owner.caller, "gitProvider.health")).map(({ health }) => health.state);
const minutesAhead = (at: Date | null) => ((at?.getTime() ?? 0) - Date.now()) / 60_000;

describe("the background check", () => {
  it("stores the health of a provider and is due again hours later", async () => {
    const id = await make();
    await due(id);
    await checkDue();
    expect(await states()).toEqual(["ok"]);
    const { checkDueAt } = await read(id);
    expect(minutesAhead(checkDueAt)).toBeGreaterThan(4 * 60);
    expect(minutesAhead(checkDueAt)).toBeLessThan(8 * 60);
  });

  it("calls nobody before it is due, also when a page asks for the health", async () => {
    await make();
    await checkDue();
    expect(await states()).toEqual(["pending"]);
    expect(requests).toEqual([]);
  });

  it("is done once, however many processes run it", async () => {
    const id = await make();
    await due(id);
    await checkDue();
    const once = requests.length;
    await due(id);
    const taken = await Promise.all(Array.from({ length: 8 }, checkDue));
    expect(taken.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect(requests).toHaveLength(2 * once);
  });

  it("checks one provider of a host at a time, and several hosts in parallel", async () => {
    const ids = [await make(hosts[0]), await make(hosts[0]), await make(hosts[1]), await make(hosts[2])];
    await Promise.all(ids.map(due));
    const taken = await Promise.all([checkDue(), checkDue()]);
    expect(taken.sort()).toEqual([0, 3]);
    expect(await checkDue()).toBe(1);
    expect(await states()).toEqual(["ok", "ok", "ok", "ok"]);
  });

  it("is taken over by another process when the first one died", async () => {
    const id = await make();
    const claimedAt = new Date(Date.now() - 16 * 60_000).toISOString();
    const reason = { code: "not_tested" };
    await change(id, {
      health: { state: "pending", reason, checkedAt: null, claimedAt },
      checkDueAt: new Date(),
    });
    expect(await checkDue()).toBe(1);
    expect(await states()).toEqual(["ok"]);
  });

  it.each([
    ["inactive", { status: "inactive" }],
    ["waiting for a person in the browser", { health: pendingWith("authorize_pending") }],
  ])("skips a provider that is %s", async (_, data) => {
    const id = await make();
    await change(id, { ...data, checkDueAt: new Date(0) });
    expect(await checkDue()).toBe(0);
    expect(requests).toEqual([]);
  });

  it("does not send a secret that was refused three times", async () => {
    refuseTokens();
    const id = await make();
    for (let round = 0; round < 3; round++) {
      await due(id);
      await checkDue();
    }
    expect((await read(id)).rejectionCount).toBe(3);
    const { requests: sent } = refuseTokens();
    await due(id);
    expect(await checkDue()).toBe(1);
    expect(sent).toEqual([]);
    expect(minutesAhead((await read(id)).checkDueAt)).toBeGreaterThan(4 * 60);
  });

  it("finds an account permitted again that was blocked before, without a person", async () => {
    const host = simulate({ world: seedWorld(), baseUrl: `https://${hosts[0]}` });
    let blocked = true;
    const message = "user is prohibited from signing in";
    reachInMemory(async (request) =>
      blocked && request.headers.has("authorization")
        ? Response.json({ message }, { status: 403 })
        : host.respond(request),
    );
    const id = await make();
    for (let round = 0; round < 4; round++) {
      await due(id);
      await checkDue();
    }
    expect(await states()).toEqual(["broken"]);
    // Checked seldom while it is blocked, and never given up.
    expect(minutesAhead((await read(id)).checkDueAt)).toBeGreaterThan(1);
    blocked = false;
    await due(id);
    expect(await checkDue()).toBe(1);
    expect(await states()).toEqual(["ok"]);
    expect((await read(id)).rejectionCount).toBe(0);
  });

  it.each([
    ["whose budget is low", { rateLimit: { core: { left: 0.19, resetsAt: inMinutes(40) } } }],
    ["that takes no calls", { health: { state: "ok", checkedAt: null, limitedUntil: inMinutes(40) } }],
  ])("does not call a host %s, until that is over", async (_, data) => {
    const id = await make();
    await change(id, { ...data, checkDueAt: new Date() });
    expect(await checkDue()).toBe(1);
    expect(requests).toEqual([]);
    const wait = minutesAhead((await read(id)).checkDueAt);
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThan(50);
  });

  it("retries minutes after a failure, and waits longer each time", async () => {
    reachInMemory(async () => new Response("down", { status: 503 }));
    const id = await make();
    await due(id);
    await checkDue();
    expect(minutesAhead((await read(id)).checkDueAt)).toBeLessThan(7);
    const pauses = [1, 2, 3, 4, 20].map((failures) => pauseOf({ state: "broken", failures }) / 60_000);
    expect(pauses).toEqual([5, 10, 20, 40, 360]);
  });
});

describe("the schedule of background checks", () => {
  it("spreads checks of new secrets over minutes and the others over hours", async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => make()));
    const tested = ids.slice(10);
    await db().gitProvider.updateMany({
      where: { gitProviderId: { in: tested } },
      data: { health: { state: "ok", checkedAt: "2026-01-01T00:00:00Z" } },
    });
    await planChecks();
    const rows = await db().gitProvider.findMany();
    const ahead = (list: typeof rows) => list.map(({ checkDueAt }) => minutesAhead(checkDueAt));
    const fresh = ahead(rows.filter(({ gitProviderId }) => !tested.includes(gitProviderId)));
    const others = ahead(rows.filter(({ gitProviderId }) => tested.includes(gitProviderId)));
    expect(Math.max(...fresh)).toBeLessThanOrEqual(10);
    expect(Math.max(...others)).toBeLessThanOrEqual(360);
    expect(Math.max(...others) - Math.min(...others)).toBeGreaterThan(60);
  });

  it("moves the check of a replaced secret forward", async () => {
    const id = await make();
    await change(id, { checkDueAt: new Date(Date.now() + 5 * 3_600_000) });
    await planChecks();
    expect(minutesAhead((await read(id)).checkDueAt)).toBeLessThanOrEqual(10);
  });

  it("does not change when it is planned again", async () => {
    const id = await make();
    await planChecks();
    const { checkDueAt } = await read(id);
    await planChecks();
    expect((await read(id)).checkDueAt).toEqual(checkDueAt);
  });
});

function pendingWith(code: string) {
  return { state: "pending", reason: { code }, checkedAt: null };
}

function inMinutes(count: number): string {
  return new Date(Date.now() + count * 60_000).toISOString();
}
