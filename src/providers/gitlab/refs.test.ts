import { everything } from "@test/conformance/scenario";
import { BASE, faultOf, SITE, setUp, withScopes } from "@test/kit/gitlab-session";
import { describe, expect, it } from "vitest";
import { addBranches, ODD_BRANCHES, seedWorld } from "@/providers/simulator/seed";

describe("the refs of GitLab", () => {
  it("include branches with their marks, and are searched on the host", async () => {
    const { forge, sent } = setUp();
    const { items } = await forge.refs.list(SITE, { kind: "branch", limit: 50 });
    // The newest commit is on main, so it comes first.
    expect(items[0]).toMatchObject({ name: "main", default: true, protected: true });
    expect(items.map((ref) => ref.name)).toEqual(expect.arrayContaining(ODD_BRANCHES));
    const found = await forge.refs.list(SITE, { kind: "branch", search: "FEATURE", limit: 50 });
    expect(found.items.map((ref) => ref.name)).toEqual(["feature/a#1"]);
    expect(sent).toHaveLength(2);
  });

  it("are paged through", async () => {
    const world = seedWorld();
    const site = world.repositories[0];
    if (site) addBranches(site, 250);
    const { forge } = setUp({ world });
    const first = await forge.refs.list(SITE, { kind: "branch", search: "topic/", limit: 100 });
    expect(first).toMatchObject({ total: 250 });
    const cursor = first.nextCursor ?? "";
    expect(first.items).toHaveLength(100);
    const second = await forge.refs.list(SITE, { kind: "branch", search: "topic/", limit: 100, cursor });
    expect(second.items[0]?.name).toBe("topic/00101");
    expect(await faultOf(forge.refs.list(SITE, { kind: "tag", limit: 100, cursor }))).toMatchObject({
      reason: { code: "cursor_invalid" },
    });
  });

  it.each([
    ["branch", 6, undefined, 5],
    ["branch", 5, undefined, 5],
    ["branch", 2, undefined, 5],
    ["branch", 2, "f", 2],
    ["branch", 1, "f", 2],
    ["tag", 10, undefined, 2],
    ["tag", 1, "1", 2],
  ] as const)("have every %s once, %i at once, for the search %s", async (kind, limit, search, count) => {
    const { forge, sent } = setUp();
    const read = (cursor?: string) => forge.refs.list(SITE, { kind, limit, search, cursor });
    const names = (await everything(read)).map((ref) => ref.name);
    expect(new Set(names).size).toBe(count);
    expect(names).toHaveLength(count);
    // The host names a second page where there is none; only an exact fit of a search needs a look.
    expect(sent.length).toBeLessThanOrEqual(Math.ceil(count / limit) + (search ? 1 : 0));
  });

  it("include no tags for a project that has no repository yet", async () => {
    const { forge } = setUp();
    const empty = { fullName: "acme/empty" };
    expect(await forge.refs.list(empty, { kind: "tag", limit: 10 })).toMatchObject({ items: [], total: 0 });
    const missing = faultOf(forge.refs.list({ fullName: "acme/nothing" }, { kind: "tag", limit: 10 }));
    expect(await missing).toMatchObject({ code: "not_found", reason: { code: "host_not_found" } });
  });

  it.each(ODD_BRANCHES)("resolve the branch %s", async (name) => {
    const { forge, world } = setUp();
    const resolved = await forge.refs.resolve(SITE, name);
    expect(resolved.sha).toBe(world.repositories[0]?.branches.get(name));
    expect(resolved.commit).toMatchObject({ subject: "First page", author: "Ada Example" });
  });

  it("resolve an annotated tag to the commit behind it", async () => {
    const { forge, world } = setUp();
    const { sha } = await forge.refs.resolve(SITE, "refs/tags/release/1");
    expect(sha).toBe(world.repositories[0]?.tags.get("release/1")?.sha);
  });

  it("prefer a branch to a tag of the same name", async () => {
    const { forge, world } = setUp();
    const site = world.repositories[0];
    const main = site?.branches.get("main") ?? "";
    site?.branches.set("v1.0.0", main);
    expect((await forge.refs.resolve(SITE, "v1.0.0")).sha).toBe(main);
  });

  it("accept a full commit id, in capitals too, and link to its page", async () => {
    const { forge, world } = setUp();
    const sha = world.repositories[0]?.branches.get("main") ?? "";
    const { commit } = await forge.refs.resolve(SITE, sha.toUpperCase());
    expect(commit).toMatchObject({ sha, subject: "Add a style", url: `${BASE}/acme/site/-/commit/${sha}` });
  });

  it.each(["gone", "main~1", "..", "refs/heads/v1.0.0", "0".repeat(40), "a".repeat(300)])(
    "report that %s does not exist",
    async (ref) => {
      expect(await faultOf(setUp().forge.refs.resolve(SITE, ref))).toMatchObject({
        code: "not_found",
        reason: { code: "ref_gone", params: { repository: "acme/site" } },
      });
    },
  );

  it("tell an empty repository from a missing branch, and a missing repository from both", async () => {
    const { forge } = setUp();
    const empty = await faultOf(forge.refs.resolve({ fullName: "acme/empty" }, "main"));
    expect(empty.reason.code).toBe("repository_empty");
    const missing = await faultOf(forge.refs.resolve({ fullName: "acme/nothing" }, "main"));
    expect(missing).toMatchObject({ code: "not_found", reason: { code: "host_not_found" } });
  });

  it("name the scope when the token may not read branches", async () => {
    const { forge } = setUp({ world: withScopes(["read_repository"]) });
    expect(await faultOf(forge.refs.list(SITE, { kind: "branch", limit: 10 }))).toMatchObject({
      code: "permission_missing",
      reason: { code: "scopes_missing", params: { scopes: ["read_api"] } },
    });
  });
});
