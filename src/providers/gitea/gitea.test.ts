import { BASE, type Harness, type HarnessOptions, harness } from "@test/conformance/harness";
import { everything, faultOf, identitySteps, lister, namesOf } from "@test/conformance/scenario";
import { refSteps } from "@test/conformance/scenario-refs";
import { repositorySteps } from "@test/conformance/scenario-repositories";
import { describe, expect, it } from "vitest";
import { gitea } from "@/providers/gitea";
import { simulate } from "@/providers/gitea/fake";
import { addBranches, addRepositories, seedWorld } from "@/providers/simulator/seed";

const SITE = { fullName: "acme/site" };

function open(options?: HarnessOptions): Harness {
  return harness(gitea, simulate, options);
}

/** The world with other scopes on every token. */
function narrowed(scopes: string[], version?: string): Harness {
  const world = seedWorld();
  for (const token of world.tokens) token.scopes = scopes;
  return open({ world, version });
}

/** The owner `acme` written `Acme`. */
function capitalized(scopes?: string[], respond?: HarnessOptions["respond"]): Harness {
  const world = seedWorld();
  for (const one of [...world.repositories]) if (one.owner === "acme") one.owner = "Acme";
  for (const one of world.owners) if (one.path === "acme") one.path = "Acme";
  if (scopes) for (const token of world.tokens) token.scopes = scopes;
  return open({ world, respond });
}

function paths({ sent }: Harness): string[] {
  return sent.map((request) => request.url.replace(`${BASE}/api/v1/`, ""));
}

describe.each(["1.21.11", "1.26.3", "11.0.3+gitea-1.22.0"])("Gitea %s", (version) => {
  const quick = [...identitySteps, ...repositorySteps, ...refSteps].filter(
    (step) => !/0,000/.test(step.name),
  );
  it.each(quick)("$name", async (step) => {
    expect.assertions(step.assertions);
    await step.run((options) => open({ ...options, version }));
  });
});

describe("the product of a Gitea API", () => {
  it.each([
    ["1.27.0", "Gitea"],
    ["11.0.3+gitea-1.22.0", "Forgejo"],
  ])("%s is %s", async (version, product) => {
    expect(await open({ version }).forge.probe()).toEqual({ product, version });
  });

  it("is recognized also when the server admits nobody without signing in", async () => {
    const message = "Only signed in user is allowed to call APIs.";
    const { forge } = open({ respond: () => Response.json({ message }, { status: 403 }) });
    expect(await forge.probe()).toEqual({ product: "Gitea" });
  });

  it.each([
    ["a web page", new Response("<html>", { headers: { "content-type": "text/html" } }), "not_this_host"],
    ["another API", Response.json({ message: "404 Not Found" }, { status: 404 }), "not_this_product"],
    ["other JSON", Response.json({ hello: "world" }), "not_this_product"],
    ["a login of its own", new Response("", { status: 401 }), "not_this_product"],
  ])("is not %s", async (_what, response, reason) => {
    const fault = await faultOf(open({ respond: () => response }).forge.probe());
    expect(fault).toEqual({ code: "bad_response", reason });
  });
});

describe("a commit id of Gitea", () => {
  it("is never taken for the branch of that name", async () => {
    const at = open();
    const name = "a".repeat(40);
    at.find("acme/site").branches.set(name, at.find("acme/site").branches.get("main") ?? "");
    expect(await faultOf(at.forge.refs.resolve(SITE, name))).toEqual({
      code: "not_found",
      reason: "ref_gone",
    });
    expect((await at.forge.refs.resolve(SITE, `refs/heads/${name}`)).commit?.subject).toBe("Add a style");
  });
});

describe("a tag of a tag of Gitea", () => {
  it("resolves to the commit at its end", async () => {
    const object = "b".repeat(40);
    const at = open({
      respond: async (request, host) => {
        const isTag = request.url.endsWith("/tags/v1.0.0");
        if (isTag) return Response.json({ name: "v1.0.0", id: "c".repeat(40), commit: { sha: object } });
        return host.respond(new Request(request.url.replace(object, "v1.0.0"), request));
      },
    });
    const { sha } = await at.forge.refs.resolve(SITE, "refs/tags/v1.0.0");
    expect(sha).toBe(at.find("acme/site").tags.get("v1.0.0")?.sha);
  });
});

describe("the repository list of Gitea", () => {
  it("asks for no more rows than the server gives, and continues where it stopped", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 120);
    const at = open({ world });
    const all = await everything((cursor) => lister(at.forge).list({ limit: 100, cursor }));
    expect(new Set(all.map((one) => one.id)).size).toBe(126);
    expect(at.sent).toHaveLength(3);
  });

  it("loses nothing on a server that gives fewer rows than were requested", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 120);
    const respond: HarnessOptions["respond"] = (request, host) => {
      const url = new URL(request.url);
      if (url.searchParams.has("limit")) url.searchParams.set("limit", "20");
      return host.respond(new Request(url, request));
    };
    const at = open({ world, respond });
    expect((await namesOf(at.forge)).length).toBe(125);
  });

  it("has the total", async () => {
    expect((await lister(open().forge).list({ limit: 1 })).total).toBe(6);
    expect((await lister(open().forge).list({ limit: 9, owner: "acme" })).total).toBe(4);
    // The server also counts hidden repositories, so its total is used only when all rows are on the page.
    expect((await lister(open().forge).list({ limit: 1, owner: "acme" })).total).toBeUndefined();
    expect((await lister(open().forge).list({ limit: 1, owner: "acme", search: "s" })).total).toBe(1);
  });

  it("finds an owner with capital letters, and nothing of another one", async () => {
    const { forge } = capitalized();
    expect(await namesOf(forge, { owner: "acme", search: "sit" })).toEqual(["Acme/site"]);
    const names = ["Acme/Handbook", "Acme/empty", "Acme/site"];
    expect((await namesOf(forge, { owner: "acme" })).toSorted()).toEqual(names);
  });

  it.each([
    ["Acme/sit", ["Acme/site"]],
    ["acme/SIT", ["Acme/site"]],
    ["acme/", ["Acme/Handbook", "Acme/empty", "Acme/site"]],
    ["acme/s%te", []],
    ["nobody/site", []],
  ])("is searched by owner and name also when the owner has a capital letter: %s", async (search, names) => {
    const { forge } = capitalized();
    expect((await namesOf(forge, { search })).toSorted()).toEqual(names);
  });

  it("finds an owner with capital letters with a token that may read repositories only", async () => {
    const names = ["Acme/Handbook", "Acme/empty", "Acme/site"];
    const isRead = (request: Request) => request.headers.has("authorization");
    const shut: HarnessOptions["respond"] = (request, host) =>
      isRead(request)
        ? host.respond(request)
        : Response.json({ message: "Only signed in user is allowed to call APIs." }, { status: 403 });
    // The second server shows owners to nobody who is not signed in.
    for (const respond of [undefined, shut]) {
      const { forge } = capitalized(["read:repository"], respond);
      expect((await namesOf(forge, { owner: "acme" })).toSorted()).toEqual(names);
      const page = await lister(forge).list({ owner: "acme", search: "s", limit: 2 });
      expect(page).toMatchObject({ items: [{ fullName: "Acme/site" }] });
      expect(page.incomplete).toBeUndefined();
      const unknown = faultOf(lister(forge).list({ owner: "nobody", limit: 2 }));
      expect(await unknown).toEqual({ code: "not_found", reason: "owner_not_found" });
    }
  });

  it("loses and repeats nothing of an owner with many hidden repositories", async () => {
    for (const limit of [2, 3, 7, 50]) {
      const world = seedWorld();
      addRepositories(world, "acme-evil", 40);
      const at = open({ world });
      const read = (cursor?: string) => lister(at.forge).list({ owner: "acme-evil", limit, cursor });
      const names = (await everything(read)).map((one) => one.fullName);
      const visible = world.repositories.filter((one) => one.owner === "acme-evil" && !one.private);
      expect(names.toSorted()).toEqual(visible.map((one) => `acme-evil/${one.name}`).toSorted());
    }
  });

  it("requests the first page once for an owner whose repositories are all visible", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 120);
    const at = open({ world });
    const page = await lister(at.forge).list({ owner: "acme", limit: 50 });
    expect(page.items).toHaveLength(50);
    expect(paths(at)).toEqual(["orgs/acme/repos?page=1&limit=50"]);
    const all = await everything((cursor) => lister(at.forge).list({ owner: "acme", limit: 50, cursor }));
    expect(new Set(all.map((one) => one.id)).size).toBe(124);
    expect(all).toHaveLength(124);
  });

  it("lists the repositories of a person", async () => {
    expect(await namesOf(open().forge, { owner: "Ada" })).toEqual(["ada/shared"]);
  });

  it("is searched by owner and name typed as one", async () => {
    expect(await namesOf(open().forge, { search: "acme/si" })).toEqual(["acme/site"]);
    expect(await namesOf(open().forge, { search: "acme/si", owner: "acme" })).toEqual(["acme/site"]);
    expect(await namesOf(open().forge, { search: "ada/sh", owner: "acme" })).toEqual([]);
  });

  it("works with a token that may read repositories only", async () => {
    const only = () => narrowed(["read:repository"]).forge;
    expect(await namesOf(only())).toContain("acme/site");
    expect(await namesOf(only(), { owner: "acme" })).toEqual(["acme/Handbook", "acme/empty", "acme/site"]);
    expect(await namesOf(only(), { search: "site" })).toContain("acme/site");
  });
});

describe("the branches of Gitea", () => {
  it("are searched by the server from 1.27 on", async () => {
    const at = open();
    await at.forge.refs.list(SITE, { kind: "branch", limit: 10, search: "npm" });
    expect(paths(at)).toEqual(["repos/acme/site", "repos/acme/site/branches?q=npm&page=1&limit=50"]);
  });

  it("are searched by Slipway before 1.27, a bounded number of pages at once", async () => {
    const at = open({ version: "1.21.11" });
    addBranches(at.find("acme/site"), 10_000);
    const page = await at.forge.refs.list(SITE, { kind: "branch", limit: 10, search: "topic/09999" });
    expect(paths(at).filter((path) => path.includes("/branches"))).toHaveLength(20);
    expect(page.items).toEqual([]);
    const rest = await everything((cursor) =>
      at.forge.refs.list(SITE, { kind: "branch", limit: 10, search: "topic/09999", cursor }),
    );
    expect(rest.map((ref) => ref.name)).toEqual(["topic/09999"]);
  });

  it("include the marked default one when the repository is known by its id", async () => {
    const { forge } = open();
    const page = await forge.refs.list({ id: "101", fullName: "old/name" }, { kind: "branch", limit: 50 });
    expect(page.items.filter((ref) => ref.default).map((ref) => ref.name)).toEqual(["main"]);
  });
});

describe("the tags of Gitea", () => {
  it("are told by their own names, also where a branch has the same one", async () => {
    const at = open();
    const site = at.find("acme/site");
    const [tag] = [...site.tags.values()];
    const head = site.branches.get("main") ?? "";
    if (tag) for (const name of ["tags/v9", "twin"]) site.tags.set(name, tag);
    for (const name of ["twin", "tags/twin"]) site.branches.set(name, head);
    const { items } = await at.forge.refs.list(SITE, { kind: "tag", limit: 50 });
    const names = items.map((ref) => ref.name);
    expect(names).toContain("tags/v9");
    expect(names).toContain("twin");
    expect(names).not.toContain("tags/twin");
  });
});

describe("a Gitea token", () => {
  it("has its scopes reported from 1.27 on", async () => {
    const scopes = ["read:user", "read:organization", "read:repository"];
    const identity = await narrowed(scopes).forge.verify();
    const missingScopes = ["write:repository", "write:issue"];
    expect(identity).toMatchObject({ scopes, missingScopes, expiresAt: "never" });
    expect(identity.capabilities.repositories?.answer).toBe("yes");
    expect(identity.capabilities.webhooks?.answer).toBe("no");
    const all = await narrowed([...scopes, ...missingScopes]).forge.verify();
    expect(all.missingScopes).toEqual([]);
    expect(all.capabilities.webhooks?.answer).toBe("yes");
    const none = await narrowed(["read:user"]).forge.verify();
    expect(none.capabilities.repositories).toMatchObject({
      answer: "no",
      reason: { code: "scopes_missing" },
    });
  });

  it.each(["1.21.11", "1.26.3"])("is tried out before 1.27 (%s)", async (version) => {
    const identity = await narrowed(["read:user"], version).forge.verify();
    expect(identity).toMatchObject({ scopes: null, account: { name: "acme-bot" } });
    expect(identity.missingScopes).toEqual(["read:repository", "read:organization"]);
    expect(identity.capabilities.gitRead?.answer).toBe("no");
    expect(identity.capabilities.webhooks?.answer).toBe("unknown");
    expect((await open({ version }).forge.verify()).capabilities.gitRead?.answer).toBe("yes");
  });

  it.each(["1.21.11", "1.27.0", "11.0.3+gitea-1.22.0"])(
    "is valid but narrow without read:user (%s)",
    async (version) => {
      const scopes = ["write:repository", "write:issue", "read:organization"];
      const identity = await narrowed(scopes, version).forge.verify();
      expect(identity.account).toBeNull();
      expect(identity.missingScopes).toEqual(["read:user"]);
    },
  );

  it.each([
    "This account is prohibited from signing in, please contact your site administrator.",
    "This account is not activated.",
    "You must change your password. Change it at: https://git.example.com/user/change_password",
  ])("is unusable when the account is locked: %s", async (message) => {
    const { forge } = open({ respond: () => Response.json({ message }, { status: 403 }) });
    const shutOut = { code: "credential_rejected", reason: "account_blocked" };
    expect(await faultOf(forge.verify())).toEqual(shutOut);
    expect(await faultOf(lister(forge).list({ limit: 1 }))).toEqual(shutOut);
  });

  it("is reported with the scope that a call needs", async () => {
    const { forge } = narrowed(["read:user"]);
    const fault = forge.refs.list(SITE, { kind: "branch", limit: 1 });
    await expect(fault).rejects.toMatchObject({
      code: "permission_missing",
      details: { scopes: ["read:repository"] },
    });
  });
});

describe("a pasted Gitea address", () => {
  const parse = (text: string) => gitea.parseUrl(new URL(text), { giteaUrl: BASE });

  it.each([
    [`${BASE}/acme/site`, { fullName: "acme/site" }],
    [`${BASE}/acme/site.git`, { fullName: "acme/site" }],
    [
      `${BASE}/acme/site/src/branch/main/docs/a.md`,
      { fullName: "acme/site", ref: "main", path: "docs/a.md" },
    ],
    [`${BASE}/acme/site/src/tag/v1.0.0`, { fullName: "acme/site", ref: "v1.0.0" }],
    [`${BASE}/acme/site/src/branch/feature%2Fa`, { fullName: "acme/site", ref: "feature/a" }],
    [`${BASE}/acme/site/commit/98d4637`, { fullName: "acme/site", commit: "98d4637" }],
    [`${BASE}/acme/site/issues/4`, { fullName: "acme/site" }],
  ])("%s is read", (text, expected) => expect(parse(text)).toEqual(expected));

  it.each([
    `${BASE}/acme`,
    `${BASE}/user/settings`,
    `${BASE}/explore/repos`,
    `${BASE}/acme/%2e%2e%2fsecret`,
    "https://git.example.com/acme/site",
    "https://evil.example/sub/acme/site",
  ])("%s names no repository", (text) => expect(parse(text)).toBeNull());
});
