import { API, BASE, faultOf, listing, namesOf, setUp } from "@test/kit/bitbucket-session";
import { describe, expect, it } from "vitest";
import { uuidOf } from "@/providers/bitbucket/fake/json";
import { addBranches, addRepositories, seedWorld } from "@/providers/simulator/seed";

const SITE = { fullName: "acme/site" };

describe("the repository list of Bitbucket", () => {
  it("goes from workspace to workspace, without the API calls that the host removed", async () => {
    const { forge, sent } = setUp();
    expect(await namesOf(listing(forge).list({ limit: 50 }))).toEqual([
      "acme/site",
      "acme/empty",
      "acme/Handbook",
      "acme-bot/dotfiles",
      "ada/shared",
    ]);
    expect(sent.map((request) => request.url.replace(API, ""))).toEqual([
      "/user/workspaces?pagelen=100&sort=slug",
      "/repositories/acme?pagelen=50&sort=-updated_on&role=member",
      "/repositories/acme-bot?pagelen=47&sort=-updated_on&role=member",
      "/repositories/ada?pagelen=46&sort=-updated_on&role=member",
    ]);
  });

  it("never has more rows than were asked for, nor one twice", async () => {
    const world = seedWorld();
    for (const owner of ["acme", "acme-bot", "ada"]) addRepositories(world, owner, 25);
    for (const one of world.repositories) if (one.owner === "ada") one.collaborators.push("acme-bot");
    const { forge } = setUp({ world });
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listing(forge).list({ limit: 20, cursor });
      expect(page.items.length).toBeLessThanOrEqual(20);
      ids.push(...page.items.map((one) => one.fullName));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect([ids.length, new Set(ids).size]).toEqual([3 + 1 + 2 + 75, 3 + 1 + 2 + 75]);
  });

  it("reads ten workspaces at once at most, and continues from there", async () => {
    const world = seedWorld();
    for (let n = 10; n < 40; n++)
      world.owners.push({ id: 300 + n, path: `team-${n}`, members: ["acme-bot"] });
    addRepositories(world, "team-39", 1);
    const { forge, sent } = setUp({ world });
    const first = await listing(forge).list({ limit: 50, search: "bulk" });
    expect(first.items).toEqual([]);
    expect(sent).toHaveLength(11);
    let cursor = first.nextCursor;
    let found: string[] = [];
    while (cursor && found.length === 0) {
      const page = await listing(forge).list({ limit: 50, search: "bulk", cursor });
      found = page.items.map((one) => one.fullName);
      cursor = page.nextCursor;
    }
    expect(found).toEqual(["team-39/bulk-00001"]);
  });

  it("leaves out a workspace that is closed to the token, and says so when all are", async () => {
    const closed = (one: string) =>
      setUp({
        respond: (request, host) =>
          new URL(request.url).pathname.includes(one)
            ? Response.json(
                { type: "error", error: { message: "Two-step verification is required." } },
                { status: 403 },
              )
            : host.respond(request),
      });
    expect(await namesOf(listing(closed("/repositories/acme-bot").forge).list({ limit: 50 }))).toContain(
      "ada/shared",
    );
    const fault = await faultOf(listing(closed("/repositories/").forge).list({ limit: 50 }));
    expect(fault.reason.code).toBe("permission_refused");
  });

  it("has a total in one workspace", async () => {
    expect(await listing(setUp().forge).list({ limit: 2, owner: "acme" })).toMatchObject({ total: 3 });
    expect((await listing(setUp().forge).list({ limit: 2 })).total).toBeUndefined();
  });

  it.each([
    ["SI", ["acme/site"]],
    ["acme/si", ["acme/site"]],
    ["da/", ["ada/shared"]],
    ['"', []],
    ["\\", []],
    ['" OR name ~ "', []],
  ])("searches on the host, and quotes what was typed: %s", async (search, expected) => {
    expect(await namesOf(listing(setUp().forge).list({ limit: 50, search }))).toEqual(expected);
  });
});

describe("the next-page address of Bitbucket", () => {
  const row = (n: number) => ({
    uuid: uuidOf(n),
    full_name: `acme/r${n}`,
    is_private: true,
    mainbranch: null,
    links: { clone: [{ name: "https", href: `https://bot@evil.example/acme/r${n}.git` }] },
  });

  it("gives only the query that the host expects, and never an address", async () => {
    const { forge, sent } = setUp({
      respond: (request) => {
        const isFirst = !request.url.includes("ctx=");
        const next = isFirst ? { next: `${API}/elsewhere/acme?ctx=Ab_1&pagelen=2&sort=name` } : {};
        return Response.json({ values: [row(isFirst ? 1 : 2)], ...next });
      },
    });
    const first = await listing(forge).list({ limit: 2, owner: "acme" });
    expect(Buffer.from(first.nextCursor ?? "", "base64url").toString()).not.toMatch(/https?:|elsewhere/);
    await listing(forge).list({ limit: 2, owner: "acme", cursor: first.nextCursor ?? "" });
    expect(sent.at(-1)?.url).toBe(`${API}/repositories/acme?ctx=Ab_1&pagelen=2&sort=-updated_on`);
    expect(first.items[0]).toMatchObject({ cloneUrl: `${BASE}/acme/r1.git`, url: `${BASE}/acme/r1` });
  });

  it.each(["https://gateway.example/2.0/repositories/acme?page=2", "//gateway.example?page=2", "?page=2"])(
    "gives the page and never the address when it is %s",
    async (next) => {
      const { forge, sent } = setUp({
        respond: ({ url }) =>
          Response.json(url.includes("page=2") ? { values: [row(2)] } : { values: [row(1)], next }),
      });
      const first = await listing(forge).list({ limit: 2, owner: "acme" });
      const second = await listing(forge).list({ limit: 2, owner: "acme", cursor: first.nextCursor ?? "" });
      expect([...first.items, ...second.items].map((one) => one.name)).toEqual(["r1", "r2"]);
      expect(second).toMatchObject({ nextCursor: null });
      expect(second).not.toHaveProperty("incomplete");
      expect(sent.every((request) => request.url.startsWith(`${API}/repositories/acme?`))).toBe(true);
    },
  );

  it("that names no page ends the list and says that there is more", async () => {
    const { forge } = setUp({ respond: () => Response.json({ values: [row(1)], next: `${API}/x` }) });
    expect(await listing(forge).list({ limit: 2, owner: "acme" })).toMatchObject({
      nextCursor: null,
      incomplete: { reason: { code: "list_cut", params: { host: "Bitbucket", shown: 1 } } },
    });
  });

  it("that repeats one page for ever ends it", async () => {
    const { forge, sent } = setUp({
      respond: () => Response.json({ values: [row(1)], next: `${API}/repositories/acme?page=2` }),
    });
    let cursor: string | undefined;
    do cursor = (await listing(forge).list({ limit: 2, owner: "acme", cursor })).nextCursor ?? undefined;
    while (cursor);
    expect(sent).toHaveLength(2);
  });
});

describe("one Bitbucket repository", () => {
  it("is found by its UUID within the workspace, and after it moved to another", async () => {
    const { forge, sent } = setUp();
    const id = uuidOf(101);
    expect((await listing(forge).get({ id, fullName: "acme/renamed" })).fullName).toBe("acme/site");
    expect(sent.map((request) => decodeURIComponent(request.url))).toEqual([
      `${API}/repositories/acme/${id}`,
    ]);
    expect((await listing(forge).get({ id, fullName: "gone/site" })).fullName).toBe("acme/site");
    expect(decodeURIComponent(sent.at(-1)?.url ?? "")).toBe(`${API}/repositories/{}/${id}`);
    expect((await forge.git.remote({ id, fullName: "gone/site" })).url).toBe(`${BASE}/acme/site.git`);
  });

  it("is not asked for by a malformed UUID", async () => {
    const { forge, sent } = setUp();
    await listing(forge).get({ id: "../../user", fullName: "acme/site" });
    expect(sent.map((request) => request.url)).toEqual([`${API}/repositories/acme/site`]);
  });
});

describe("the refs of Bitbucket", () => {
  it("mark the default branch and are searched on the host", async () => {
    const { forge, sent, find } = setUp();
    addBranches(find("acme/site"), 300);
    const { items, total } = await forge.refs.list(SITE, { kind: "branch", limit: 50, search: "TOPIC/0029" });
    expect([items.length, total]).toEqual([10, 10]);
    const main = await forge.refs.list(SITE, { kind: "branch", limit: 50, search: "main" });
    expect(main.items).toEqual([expect.objectContaining({ name: "main", default: true })]);
    expect(sent).toHaveLength(4);
  });

  it("keep the slashes of their names, and encode the rest", async () => {
    const { forge, sent } = setUp();
    await forge.refs.resolve(SITE, "feature/a#1");
    expect(sent.map((request) => request.url)).toEqual([
      `${API}/repositories/acme/site/refs/branches/feature/a%231`,
    ]);
  });

  it("are exact: no shortened id, and no branch where an id was meant", async () => {
    const { forge, find } = setUp();
    const sha = find("acme/site").branches.get("main") ?? "";
    for (const ref of [sha.slice(0, 10), "main~1", "..", "refs/heads/v1.0.0", "0".repeat(40), "a b"])
      expect((await faultOf(forge.refs.resolve(SITE, ref))).reason.code).toBe("ref_gone");
    find("acme/site").branches.set("f".repeat(40), sha);
    expect((await faultOf(forge.refs.resolve(SITE, "f".repeat(40)))).reason.code).toBe("ref_gone");
  });
});
