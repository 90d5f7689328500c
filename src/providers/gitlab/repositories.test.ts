import { BASE, faultOf, json, listOf, SITE, setUp } from "@test/kit/gitlab-session";
import { describe, expect, it } from "vitest";
import { encodeCursor } from "@/providers/kit/cursor";
import { addRepositories, LONELY_TOKEN, seedWorld } from "@/providers/simulator/seed";

describe("the repository list of GitLab", () => {
  it("has the first page of 20,000 with one call", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 20_000);
    const { forge, sent } = setUp({ world });
    const page = await listOf(forge, { limit: 100 });
    expect(page.items).toHaveLength(100);
    expect(sent).toHaveLength(1);
    expect(page.total).toBeUndefined();
    const next = await listOf(forge, { limit: 100, cursor: page.nextCursor ?? "" });
    expect(next.items[0]?.id).not.toBe(page.items[0]?.id);
    expect(next.items).toHaveLength(100);
  });

  it("has the total where the host sends it", async () => {
    const page = await listOf(setUp().forge, { owner: "acme" });
    expect(page.total).toBe(page.items.length);
  });

  it("stays within a group and its sub-groups", async () => {
    const { forge } = setUp({ settings: { groupName: "/acme/" } });
    expect(await listOf(forge)).toEqual(await listOf(forge, { owner: "/acme/" }));
    const names = (await listOf(forge)).items.map((item) => item.fullName);
    expect(names).toContain("acme/platform/deploy");
    expect(names.filter((name) => !name.startsWith("acme/"))).toEqual([]);
  });

  it("leaves out rows that the server lists beside the group", async () => {
    const evil = { id: 1, path: "site", path_with_namespace: "acme-evil/site" };
    const { forge } = setUp({ settings: { groupName: "acme" }, answer: () => json([evil]) });
    expect((await listOf(forge)).items).toEqual([]);
  });

  it("never leaves the group of the connection", async () => {
    const { forge, sent } = setUp({ settings: { groupName: "acme/platform" } });
    expect(await listOf(forge, { owner: "acme" })).toEqual({ items: [], nextCursor: null, total: 0 });
    expect(sent).toEqual([]);
  });

  it.each(["acme-typo", "12", "acme-bot"])("reports the wrong group %s", async (groupName) => {
    const { forge } = setUp({ settings: { groupName } });
    expect(await faultOf(listOf(forge))).toMatchObject({
      code: "not_found",
      reason: { code: "owner_not_found", params: { owner: groupName } },
    });
    expect(await forge.owners?.list()).toEqual(["acme", "acme/platform"]);
  });

  it("lists the projects of a person when asked for one", async () => {
    const names = (await listOf(setUp().forge, { owner: "ada" })).items.map((item) => item.fullName);
    expect(names).toEqual(["ada/shared"]);
  });

  it("is searched by names together with their groups", async () => {
    const { forge, sent } = setUp();
    const names = (await listOf(forge, { search: "platform/dep" })).items.map((item) => item.fullName);
    expect(names).toEqual(["acme/platform/deploy"]);
    expect(new URL(sent[0]?.url ?? "").searchParams.get("search_namespaces")).toBe("true");
  });

  it.each([
    [{ search: "si" }, ["acme/site"]],
    [{ search: "SI", owner: "acme" }, ["acme/site"]],
    [{ search: "platform/dep", owner: "acme" }, ["acme/platform/deploy"]],
    [{ search: "platform/", owner: "acme" }, ["acme/platform/deploy"]],
    [{ search: "zz" }, []],
  ])("has matches that GitLab itself would not find: %j", async (query, expected) => {
    const { forge, sent } = setUp();
    const found = await listOf(forge, query);
    expect(found.items.map((item) => item.fullName)).toEqual(expected);
    expect(found.total).toBeUndefined();
    expect(sent).toHaveLength(1);
  });

  it("reads only a few pages for a search of one or two letters", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 2000);
    const { forge, sent } = setUp({ world });
    const page = await listOf(forge, { search: "zz", limit: 30 });
    expect(page.items).toEqual([]);
    expect(page.nextCursor).not.toBeNull();
    expect(sent).toHaveLength(4);
  });

  it("is empty for an account without projects", async () => {
    const page = await listOf(setUp({ token: LONELY_TOKEN }).forge);
    expect(page).toEqual({ items: [], nextCursor: null, total: 0 });
  });

  it("ends where the host's page numbers end", async () => {
    const row = { id: 7, path: "a", path_with_namespace: "acme/a" };
    const { forge } = setUp({ answer: () => json(Array(100).fill(row), 200, { "x-next-page": "501" }) });
    expect((await listOf(forge, { limit: 100 })).nextCursor).toBeNull();
  });

  it("does not request the page beyond that end", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 50_100);
    const { forge } = setUp({ world });
    const cursor = encodeCursor(["projects", "", ""], {
      page: 1666,
      size: 30,
      per: 30,
      isPromised: true,
      seen: "",
      edges: [],
    });
    const page = await listOf(forge, { limit: 30, cursor });
    expect(page.items).toHaveLength(30);
    expect(page.nextCursor).toBeNull();
  });

  it("ends earlier where an administrator has set a lower end", async () => {
    const world = seedWorld();
    const { forge } = setUp({
      world,
      through: (request, response) =>
        request.url.includes("&page=2") ? json({ error: "Offset pagination has a maximum" }, 405) : response,
    });
    const first = await listOf(forge, { limit: 1 });
    const second = await listOf(forge, { limit: 1, cursor: first.nextCursor ?? "" });
    expect(second).toMatchObject({ items: [], nextCursor: null });
  });

  it("continues with the links when the counting headers are missing", async () => {
    const row = { id: 7, path: "a", path_with_namespace: "acme/a" };
    const link = `<${BASE}/api/v4/projects?page=2>; rel="next"`;
    const { forge } = setUp({ answer: () => json([row], 200, { link }) });
    expect((await listOf(forge)).nextCursor).not.toBeNull();
  });

  it("treats a project of unknown visibility as private and never uses an address from the answer", async () => {
    const row = {
      id: 7,
      path: "a",
      path_with_namespace: "acme/a",
      web_url: "javascript:alert(1)",
      http_url_to_repo: "https://evil.example/acme/a.git",
    };
    const [item] = (await listOf(setUp({ answer: () => json([row]) }).forge)).items;
    expect(item).toMatchObject({
      private: true,
      url: `${BASE}/acme/a`,
      cloneUrl: `${BASE}/acme/a.git`,
      defaultBranch: null,
    });
  });
});

describe("one GitLab project", () => {
  it("is found by id, and by its path in one encoded segment", async () => {
    const { forge, sent } = setUp();
    const byPath = await forge.repositories?.get({ fullName: "acme/platform/deploy" });
    const byId = await forge.repositories?.get({ id: "105", fullName: "old/name" });
    expect(byId).toEqual(byPath);
    expect(sent.map((request) => new URL(request.url).pathname)).toEqual([
      "/gitlab/api/v4/projects/acme%2Fplatform%2Fdeploy",
      "/gitlab/api/v4/projects/105",
    ]);
  });

  it("that moved is followed, at the configured address only", async () => {
    const moved = "https://evil.example/api/v4/projects/101";
    const { forge, sent } = setUp({
      through: (request, response) =>
        request.url.includes("old%2Fsite")
          ? new Response("moved", { status: 301, headers: { location: moved } })
          : response,
    });
    const found = await forge.repositories?.get({ fullName: "old/site" });
    expect(found?.fullName).toBe("acme/site");
    expect(sent.map((request) => new URL(request.url).origin)).toEqual(
      Array(2).fill("https://git.example.com"),
    );
    const branch = await forge.refs.resolve({ fullName: "old/site" }, "main");
    expect(branch.sha).toMatch(/^[0-9a-f]{40}$/);
  });

  it("that redirects in a circle is given up", async () => {
    const { forge, sent } = setUp({
      answer: () => new Response("", { status: 301, headers: { location: `${BASE}/api/v4/projects/101` } }),
    });
    expect(await faultOf(Promise.resolve(forge.repositories?.get(SITE)))).toMatchObject({
      code: "bad_response",
    });
    expect(sent).toHaveLength(2);
  });

  it("is marked when it is archived or empty", async () => {
    const { forge } = setUp();
    expect(await forge.repositories?.get({ fullName: "acme/old" })).toMatchObject({ archived: true });
    const empty = await forge.repositories?.get({ fullName: "acme/empty" });
    expect(empty).toMatchObject({ empty: true, defaultBranch: null });
  });

  it("is not looked up by a name without a group as if that were an id", async () => {
    const { forge, sent } = setUp();
    expect(await faultOf(forge.refs.resolve({ fullName: "101" }, "main"))).toMatchObject({
      code: "invalid_input",
    });
    expect(sent).toEqual([]);
  });
});
