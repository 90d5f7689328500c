import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, reachInMemory } from "@test/kit/provider-api";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/db/client";
import type { GitProvider, RepositoryPage } from "@/features/git-provider/contract";
import { recordBudget, yieldsUntil } from "@/features/git-provider/health/rate-limit";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { withHooks } from "@/lib/http";
import { newId } from "@/lib/id";
import { simulate } from "@/providers/gitea/fake";
import { BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com";
let owner: TestMember;
let gitProviderId: string;
let giteaId: string;
let headers: Record<string, string>;
let requests: string[];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

beforeEach(async () => {
  headers = {};
  const host = simulate({ world: seedWorld(), baseUrl: giteaUrl });
  requests = reachInMemory(async (request) => {
    const answer = await host.respond(request);
    for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
    return answer;
  }).requests;
  const given = { name: newId(), giteaUrl, accessToken: BOT_TOKEN };
  const made = await call<GitProvider>(owner.caller, "gitea.create", given);
  gitProviderId = made.gitProviderId;
  giteaId = String(made.gitea?.giteaId);
});

const row = () => readProvider(system(owner.organizationId), gitProviderId);
const list = (fields: object = {}) =>
  call<RepositoryPage>(owner.caller, "gitea.repositories", { giteaId, ...fields });

function budget(remaining: number, resource = "core"): Record<string, string> {
  const reset = Math.floor(Date.now() / 1000) + 3600;
  return {
    "x-ratelimit-limit": "100",
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(reset),
    "x-ratelimit-resource": resource,
  };
}

describe("the stored rate limit of a credential", () => {
  it("is stored where all processes see it, with each of the host's limits separate", async () => {
    headers = budget(50);
    await list({ refresh: true });
    headers = budget(7, "search");
    await list({ refresh: true });
    expect((await row()).rateLimit).toEqual({
      core: { left: 0.5, resetsAt: expect.any(String) },
      search: { left: 0.07, resetsAt: expect.any(String) },
    });
  });

  it("is written at once when it gets low, otherwise every few seconds at most", async () => {
    headers = budget(90);
    await list({ refresh: true });
    headers = budget(80);
    await list({ refresh: true });
    expect(await row()).toMatchObject({ rateLimit: { core: { left: 0.9 } } });
    headers = budget(19);
    await list({ refresh: true });
    expect(await row()).toMatchObject({ rateLimit: { core: { left: 0.19 } } });
  });

  it("forgets limits whose window is over", async () => {
    const past = { old: { left: 0.1, resetsAt: "2026-01-01T00:00:00.000Z" }, odd: 7 };
    await db().gitProvider.update({ where: { gitProviderId }, data: { rateLimit: past } });
    headers = budget(50);
    await list({ refresh: true });
    expect(Object.keys((await row()).rateLimit as object)).toEqual(["core"]);
  });

  it("is not written for a secret that was replaced meanwhile", async () => {
    const before = await row();
    await call(owner.caller, "gitea.update", { giteaId, accessToken: BOT_TOKEN });
    const answer = { send: async () => new Response("{}", { headers: budget(3) }) };
    await withHooks(answer, [recordBudget(before)]).send(new Request(giteaUrl));
    expect((await row()).rateLimit).toBeNull();
  });

  it("holds back background requests when low, but no request that a person waits for", async () => {
    headers = budget(10);
    await list();
    const stale = new Date(Date.now() - 3_600_000);
    await db().repositoryList.updateMany({ where: { gitProviderId }, data: { fetchedAt: stale } });
    const sent = requests.length;
    expect(await list()).toMatchObject({ stale: true });
    expect(requests).toHaveLength(sent);
    await list({ refresh: true });
    expect(requests.length).toBeGreaterThan(sent);
  });
});

describe("background work on a rate limit", () => {
  const now = new Date("2026-05-03T10:00:00Z");
  const health = { state: "ok", checkedAt: null };
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

  it.each([
    ["goes on at a fifth", { core: { left: 0.2, resetsAt: at(9) } }, null],
    ["waits below a fifth", { core: { left: 0.19, resetsAt: at(9) } }, at(9)],
    ["waits for the last of the low ones", both(at(3), at(9)), at(9)],
    ["goes on after the reset", { core: { left: 0, resetsAt: at(-1) } }, null],
    ["goes on where nothing is known", null, null],
    ["goes on where nothing can be read", { core: 7, all: null, odd: { left: "0" } }, null],
  ])("%s", (_, rateLimit, until) => {
    expect(yieldsUntil({ health, rateLimit }, now)?.toISOString() ?? null).toBe(until);
  });

  it("waits as long as the host refuses calls", () => {
    const limited = { ...health, limitedUntil: at(5) };
    expect(yieldsUntil({ health: limited, rateLimit: null }, now)?.toISOString()).toBe(at(5));
  });
});

function both(one: string, two: string) {
  return { core: { left: 0, resetsAt: one }, search: { left: 0, resetsAt: two } };
}
