import { testDatabase } from "@test/kit/database";
import { type TestMember, testMember, testOrganization } from "@test/kit/member";
import { call, faultOfCall, reachHosts, reachInMemory, said } from "@test/kit/provider-api";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { db } from "@/db/client";
import type { GitProvider, RefPage, RepositoryPage } from "@/features/git-provider/contract";
import type { FoundRepositories } from "@/features/repository/contract";
import type { Page } from "@/git/nouns";
import { newId } from "@/lib/id";
import type { Report } from "@/providers/connection/report";
import { gitea } from "@/providers/gitea";
import { simulate } from "@/providers/gitea/fake";
import type { Forge } from "@/providers/provider";
import { addRepositories, BOT_TOKEN, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";

testDatabase();

const giteaUrl = "https://git.example.com";
let owner: TestMember;
let requests: string[];

beforeAll(async () => {
  owner = await testMember(await testOrganization(), "owner");
});

beforeEach(() => reach());

afterAll(() => {
  expect(said.filter((text) => text.includes(BOT_TOKEN))).toEqual([]);
});

function reach(): void {
  const world = seedWorld();
  addRepositories(world, "acme", 120);
  requests = reachHosts({ "git.example.com": simulate({ world, baseUrl: giteaUrl }) }).requests;
}

async function make(accessToken = BOT_TOKEN): Promise<{ giteaId: string; gitProviderId: string }> {
  const given = { name: `Gitea ${newId()}`, giteaUrl, accessToken };
  const { gitea, gitProviderId } = await call<GitProvider>(owner.caller, "gitea.create", given);
  return { giteaId: String(gitea?.giteaId), gitProviderId };
}

const list = (fields: Record<string, unknown>) =>
  call<RepositoryPage>(owner.caller, "gitea.repositories", fields);
const age = (gitProviderId: string, ms: number) =>
  db().repositoryList.updateMany({
    where: { gitProviderId },
    data: { fetchedAt: new Date(Date.now() - ms) },
  });

describe("listing repositories", () => {
  it("calls the host once for the first page, then reads the cache", async () => {
    const { giteaId } = await make();
    const first = await list({ giteaId, limit: 50 });
    expect(first.items).toHaveLength(50);
    expect(first).toMatchObject({ stale: false });
    expect(requests).toHaveLength(1);
    const again = await list({ giteaId, limit: 50 });
    expect(again).toEqual(first);
    expect(requests).toHaveLength(1);
  });

  it("stores a list whose texts hold characters that PostgreSQL refuses", async () => {
    const world = seedWorld();
    const { respond } = simulate({ world, baseUrl: giteaUrl });
    reachInMemory(async (request) => {
      const answer = await respond(request);
      const text = (await answer.text()).replace(
        /"default_branch":"[^"]*"/g,
        String.raw`"default_branch":"\ud83d\u0000"`,
      );
      return new Response(text, answer);
    });
    const { giteaId } = await make();
    const { items } = await list({ giteaId });
    expect(items.map(({ defaultBranch }) => defaultBranch)).toContain("\ufffd");
    expect(await list({ giteaId })).toMatchObject({ items });
  });

  it("pages through all repositories without a gap", async () => {
    const { giteaId } = await make();
    const names = new Set<string>();
    let cursor: string | null | undefined;
    do {
      const page: RepositoryPage = await list({ giteaId, owner: "acme", cursor, limit: 50 });
      for (const { fullName } of page.items) names.add(fullName);
      cursor = page.nextCursor;
    } while (cursor);
    expect([...names].filter((name) => name.startsWith("acme/bulk-"))).toHaveLength(120);
    expect([...names].filter((name) => name.startsWith("acme-evil/"))).toEqual([]);
  });

  it("serves a stale page at once and refreshes it in the background", async () => {
    const { giteaId, gitProviderId } = await make();
    const first = await list({ giteaId });
    await age(gitProviderId, 10 * 60_000);
    const stale = await list({ giteaId });
    expect(stale).toMatchObject({ stale: true, items: first.items });
    await vi.waitFor(async () => expect((await list({ giteaId })).stale).toBe(false));
    expect(requests).toHaveLength(2);
  });

  it("serves a stale page while the host is down", async () => {
    const { giteaId, gitProviderId } = await make();
    const first = await list({ giteaId });
    await age(gitProviderId, 10 * 60_000);
    const down = reachInMemory(async () => new Response("down", { status: 503 }));
    expect(await list({ giteaId })).toMatchObject({ stale: true, items: first.items });
    await vi.waitFor(() => expect(down.requests).toHaveLength(1));
  });

  it("calls the host again on an explicit refresh", async () => {
    const { giteaId } = await make();
    await list({ giteaId });
    await list({ giteaId, refresh: true });
    expect(requests).toHaveLength(2);
  });

  it("calls the host once for many concurrent callers", async () => {
    const { giteaId } = await make();
    await Promise.all(Array.from({ length: 10 }, () => list({ giteaId })));
    expect(requests).toHaveLength(1);
  });

  it("never shows a weaker token what the previous token could see", async () => {
    const { giteaId } = await make();
    const before = await list({ giteaId, limit: 100 });
    expect(before.items.some((repository) => repository.private)).toBe(true);
    await call(owner.caller, "gitea.update", { giteaId, accessToken: LONELY_TOKEN });
    const after = await list({ giteaId, limit: 100 });
    expect(after.items.filter((repository) => repository.private)).toEqual([]);
  });

  it("stores no answer that arrived after the token was changed", async () => {
    const { giteaId, gitProviderId } = await make();
    let change: (() => Promise<unknown>) | null = () =>
      call(owner.caller, "gitea.update", { giteaId, accessToken: LONELY_TOKEN });
    const fake = simulate({ world: seedWorld(), baseUrl: giteaUrl });
    reachInMemory(async (request) => {
      await change?.();
      change = null;
      return fake.respond(request);
    });
    await list({ giteaId });
    expect(await db().repositoryList.count({ where: { gitProviderId } })).toBe(0);
  });

  it("refuses a cursor of another query, provider or organization", async () => {
    const [{ giteaId }, other] = [await make(), await make()];
    const { nextCursor: cursor } = await list({ giteaId, limit: 20 });
    expect(cursor).not.toBeNull();
    const foreign = await testMember(await testOrganization("Other"), "owner");
    const given = { name: "Gitea", giteaUrl, accessToken: BOT_TOKEN };
    const theirs = await call<GitProvider>(foreign.caller, "gitea.create", given);
    const faults = [
      await faultOfCall(owner.caller, "gitea.repositories", { giteaId, cursor, search: "site" }),
      await faultOfCall(owner.caller, "gitea.repositories", { giteaId: other.giteaId, cursor }),
      await faultOfCall(foreign.caller, "gitea.repositories", { giteaId: theirs.gitea?.giteaId, cursor }),
      await faultOfCall(owner.caller, "gitea.repositories", { giteaId, cursor: "nonsense" }),
    ];
    for (const fault of faults) expect(fault.reason.code).toBe("cursor_invalid");
  });

  it("reports the host's 401 as such and never as a missing sign-in to Slipway", async () => {
    const { giteaId } = await make("wrong");
    expect(await faultOfCall(owner.caller, "gitea.repositories", { giteaId })).toMatchObject({
      code: "credential_rejected",
    });
  });

  it("does not call a deactivated provider", async () => {
    const { giteaId, gitProviderId } = await make();
    await call(owner.caller, "gitProvider.setStatus", { gitProviderId, status: "inactive" });
    const fault = await faultOfCall(owner.caller, "gitea.repositories", { giteaId });
    expect(fault).toMatchObject({ code: "conflict", reason: { code: "provider_inactive" } });
    expect(requests).toEqual([]);
  });

  it("does not exist for a provider type without a repository list", async () => {
    await expect(call(owner.caller, "git.repositories", { gitId: "x" })).rejects.toThrow();
  });
});

describe("branches and tags", () => {
  it("are listed by the host, page by page", async () => {
    const { giteaId } = await make();
    const where = { giteaId, owner: "acme", repo: "site" };
    const first = await call<RefPage>(owner.caller, "gitea.branches", { ...where, limit: 2 });
    expect(first.items).toHaveLength(2);
    const next = { ...where, limit: 2, cursor: first.nextCursor };
    const second = await call<RefPage>(owner.caller, "gitea.branches", next);
    expect(second.items[0]?.name).not.toBe(first.items[0]?.name);
    const tags = await call<RefPage>(owner.caller, "gitea.tags", where);
    expect(tags.items.map(({ name }) => name)).toContain("v1.0.0");
  });

  it("fail with a clear message when the repository does not exist", async () => {
    const { giteaId } = await make();
    const where = { giteaId, owner: "acme", repo: "nothing" };
    expect((await faultOfCall(owner.caller, "gitea.branches", where)).reason.code).toBe("host_not_found");
  });

  it("are listed by URL where there is no repository list, and only below the provider's address", async () => {
    const gitUrl = "https://plain.example.com/team";
    const given = { name: "Plain", gitUrl, password: "secret-word" };
    const { git } = await call<GitProvider>(owner.caller, "git.create", given);
    const page = await call<RefPage>(owner.caller, "git.branches", {
      gitId: git?.gitId,
      url: `${gitUrl}/site.git`,
    });
    expect(page.items).toEqual([]);
    const elsewhere = { gitId: git?.gitId, url: "https://plain.example.com/team-evil/site.git" };
    expect((await faultOfCall(owner.caller, "git.branches", elsewhere)).reason.code).toBe("url_elsewhere");
  });
});

describe("a list that its host cuts short", () => {
  const reason = { code: "host_timeout", params: { host: "Gitea" } };

  beforeEach(() => {
    const { open } = gitea;
    vi.spyOn(gitea, "open").mockImplementation((session) => {
      const forge = open(session);
      const cut = <Item>(page: Page<Item>): Page<Item> => ({ ...page, incomplete: { reason } });
      return {
        ...forge,
        repositories: forge.repositories && {
          ...forge.repositories,
          list: async (query) =>
            cut(await (forge.repositories as NonNullable<Forge["repositories"]>).list(query)),
        },
        refs: { ...forge.refs, list: async (key, query) => cut(await forge.refs.list(key, query)) },
      };
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("is marked incomplete in repositories and branches, from the cache, in the search and in the report", async () => {
    const { giteaId, gitProviderId } = await make();
    const told = {
      incomplete: { reason: { code: "host_timeout", message: expect.stringContaining("Gitea") } },
    };
    expect(await list({ giteaId })).toMatchObject(told);
    expect(await list({ giteaId })).toMatchObject({ stale: false, ...told });
    const where = { giteaId, owner: "acme", repo: "site" };
    expect(await call<RefPage>(owner.caller, "gitea.branches", where)).toMatchObject(told);
    const found = await call<FoundRepositories>(owner.caller, "repository.search", { search: "site" });
    const ours = found.incomplete?.find(({ provider }) => provider.gitProviderId === gitProviderId);
    expect(ours?.reason).toMatchObject(told.incomplete.reason);
    const report = await call<Report>(owner.caller, "gitea.testConnection", { giteaId });
    const check = report.checks.find(({ id }) => id === "repositories");
    expect(check).toMatchObject({ status: "warn", detail: expect.stringContaining("not all there are") });
  });
});
