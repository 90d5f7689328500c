import {
  API,
  BASE,
  FINE_GRAINED,
  faultOf,
  listing,
  setUp,
  withPermissions,
  withScopes,
} from "@test/kit/github-session";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addBranches, addRepositories, seedWorld } from "@/providers/simulator/seed";
import { commitTo, emptyRepository } from "@/providers/simulator/world";

const big = () => {
  const world = seedWorld();
  addRepositories(world, "acme", 2000);
  return world;
};

describe("the repository list of GitHub", () => {
  it("gives the first page of 20,000 in one call, most recently pushed first", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 20_000);
    const { forge, sent } = setUp({ world });
    expect((await listing(forge).list({ limit: 100 })).items).toHaveLength(100);
    expect(sent.map((request) => request.url)).toEqual([
      `${API}/user/repos?sort=pushed&direction=desc&per_page=100&page=1`,
    ]);
  });

  it("has the shared repositories of a person, and reports an unknown owner", async () => {
    const { forge } = setUp();
    const shared = await listing(forge).list({ limit: 10, owner: "ADA" });
    expect(shared.items.map((one) => one.fullName)).toEqual(["ada/shared"]);
    expect((await faultOf(listing(forge).list({ limit: 10, owner: "nobody" }))).reason.code).toBe(
      "owner_not_found",
    );
  });

  it("never uses an address from the answer, nor a repository of another owner", async () => {
    const row = {
      id: 7,
      name: "a",
      full_name: "acme-evil/a",
      private: false,
      clone_url: "https://evil.example/a.git",
    };
    const { forge } = setUp({ settings: { organization: "acme" }, respond: () => Response.json([row]) });
    expect((await listing(forge).list({ limit: 10 })).items).toEqual([]);
    const all = setUp({ respond: () => Response.json([row]) }).forge;
    expect((await listing(all).list({ limit: 10 })).items[0]?.cloneUrl).toBe(`${BASE}/acme-evil/a.git`);
  });
});

describe("the repository search of GitHub", () => {
  it("reads a short list as a whole, and pages through the matches", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 250);
    const { forge, sent } = setUp({ world });
    const first = await listing(forge).list({ limit: 100, search: "bulk-0" });
    expect(first.items).toHaveLength(100);
    expect(sent).toHaveLength(3);
    const rest = await listing(forge).list({ limit: 200, search: "bulk-0", cursor: first.nextCursor ?? "" });
    expect([rest.items.length, rest.nextCursor]).toEqual([150, null]);
    expect(new Set([...first.items, ...rest.items].map((one) => one.id)).size).toBe(250);
  });

  it("uses the host's search within the account's owners when the list is long", async () => {
    const { forge, sent } = setUp({ world: big() });
    const page = await listing(forge).list({ limit: 30, search: "K-0199" });
    expect(page.items).toHaveLength(10);
    const asked = new URL(sent.at(-1)?.url ?? "");
    expect(asked.pathname).toBe("/sub/api/v3/search/repositories");
    expect(asked.searchParams.get("q")).toBe("k-0199 in:name fork:true user:acme-bot user:acme");
  });

  it("continues with the host's search, to its thousandth row at most", async () => {
    const { forge } = setUp({ world: big() });
    const names = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await listing(forge).list({ limit: 100, search: "bulk", cursor });
      for (const one of page.items) names.add(one.fullName);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(names.size).toBe(1000);
  });

  it("finds repositories that others share beside those of the owners", async () => {
    const world = big();
    for (const one of world.repositories) if (one.name === "shared") one.pushedAt = "2026-12-01T00:00:00Z";
    const page = await listing(setUp({ world }).forge).list({ limit: 30, search: "ada/sha" });
    expect(page.items.map((one) => one.fullName)).toEqual(["ada/shared"]);
  });

  it("works without the names of organizations that the token may not list", async () => {
    const world = withScopes(["repo"]);
    addRepositories(world, "acme-bot", 2000);
    const page = await listing(setUp({ world }).forge).list({ limit: 30, search: "bulk-0199" });
    expect(page.items).toHaveLength(10);
  });

  it("treats the host's refusal of every owner as no match", async () => {
    const { forge } = setUp({
      world: big(),
      respond: (request, host) =>
        request.url.includes("/search/")
          ? Response.json({ message: "Validation Failed" }, { status: 422 })
          : host.respond(request),
    });
    expect(await listing(forge).list({ limit: 30, search: "no-such" })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it("never lets typed text become a search operator of the host", async () => {
    const { forge, sent } = setUp({ world: big() });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), async (search) => {
        sent.length = 0;
        await listing(forge).list({ limit: 1, search: `${search} org:evil -x "NOT` });
        const q = new URL(sent.at(-1)?.url ?? "").searchParams.get("q") ?? "";
        expect(q.match(/\S+:\S+/g)).toEqual(["in:name", "fork:true", "user:acme-bot", "user:acme"]);
        expect(q).not.toMatch(/"|NOT|(^|\s)-/);
      }),
      { numRuns: 40 },
    );
  });
});

describe("one GitHub repository", () => {
  it("that moved is followed by its id, at the configured address only", async () => {
    const { forge, sent, find } = setUp({
      async respond(request, host) {
        const answer = await host.respond(request);
        const location = answer.headers.get("location")?.replace(BASE, "https://evil.example");
        return location ? new Response(null, { status: 301, headers: { location } }) : answer;
      },
    });
    find("acme/site").formerNames.push("acme/homepage");
    expect((await listing(forge).get({ fullName: "acme/homepage" })).fullName).toBe("acme/site");
    expect((await forge.refs.resolve({ fullName: "acme/homepage" }, "main")).sha).toMatch(/^[0-9a-f]{40}$/);
    expect(new Set(sent.map((request) => new URL(request.url).origin))).toEqual(
      new Set(["https://git.example.com"]),
    );
  });

  it("that redirects in a circle is given up", async () => {
    const location = `${API}/repositories/101`;
    const { forge, sent } = setUp({
      respond: () => new Response(null, { status: 301, headers: { location } }),
    });
    expect((await faultOf(listing(forge).get({ fullName: "acme/site" }))).code).toBe("bad_response");
    expect(sent).toHaveLength(2);
  });

  it("of size 0 is empty only when it has no branches", async () => {
    const { forge } = setUp();
    expect(await listing(forge).get({ fullName: "acme/empty" })).toMatchObject({
      empty: true,
      defaultBranch: null,
    });
    expect(await listing(forge).get({ fullName: "acme/site" })).toMatchObject({
      empty: false,
      defaultBranch: "main",
    });
  });

  it("of others is not seen by a fine-grained token", async () => {
    const { forge } = setUp({ world: withPermissions(null), token: FINE_GRAINED });
    expect((await faultOf(listing(forge).get({ fullName: "acme-evil/secret" }))).code).toBe("not_found");
  });
});

describe("the refs of GitHub", () => {
  const SITE = { fullName: "acme/site" };

  it("mark the default and the protected branch", async () => {
    const { items } = await setUp().forge.refs.list(SITE, { kind: "branch", limit: 50 });
    expect(items.find((ref) => ref.name === "main")).toMatchObject({ default: true, protected: true });
    expect(items.filter((ref) => ref.default)).toHaveLength(1);
  });

  it("are searched page by page, a bounded number at once", async () => {
    const { forge, sent, find } = setUp();
    addBranches(find("acme/site"), 10_000);
    const none = await forge.refs.list(SITE, { kind: "branch", limit: 50, search: "zzz" });
    expect(none.items).toEqual([]);
    expect(none.nextCursor).not.toBeNull();
    expect(sent.length).toBeLessThanOrEqual(21);
  });

  it("are exact: no git expression, no shortened id and no other meaning of a name", async () => {
    const { forge, find } = setUp();
    const sha = find("acme/site").branches.get("main") ?? "";
    for (const ref of ["main~1", "main^", sha.slice(0, 10), "HEAD", "..", "refs/heads/v1.0.0", "a b"])
      expect((await faultOf(forge.refs.resolve(SITE, ref))).reason.code).toBe("ref_gone");
  });

  it("prefer a branch to a tag of the same name", async () => {
    const { forge, find } = setUp();
    const main = find("acme/site").branches.get("main") ?? "";
    find("acme/site").branches.set("v1.0.0", main);
    expect((await forge.refs.resolve(SITE, "v1.0.0")).sha).toBe(main);
  });

  it("request one changed file of a commit at most", async () => {
    const { forge, sent } = setUp();
    await forge.refs.resolve(SITE, "feature/a#1");
    expect(sent.map((request) => request.url)).toEqual([
      `${API}/repos/acme/site/commits/heads/feature/a%231?per_page=1`,
    ]);
  });

  it("of a repository without commits say so, whatever its size", async () => {
    const world = seedWorld();
    const young = emptyRepository({ id: 500, owner: "acme", name: "young" });
    commitTo(young, "trunk", { message: "Start", files: { a: "b" } });
    world.repositories.push(young);
    const { forge } = setUp({ world });
    expect((await faultOf(forge.refs.resolve({ fullName: "acme/young" }, "main"))).reason.code).toBe(
      "ref_gone",
    );
    const empty = await faultOf(forge.refs.resolve({ fullName: "acme/empty" }, "main"));
    expect(empty.reason).toMatchObject({ code: "repository_empty", params: { repository: "acme/empty" } });
  });
});
