import { BASE, type Harness, type HarnessOptions, harness } from "@test/conformance/harness";
import { faultOf, lister } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { gitea } from "@/providers/gitea";
import { simulate } from "@/providers/gitea/fake";
import { seedWorld } from "@/providers/simulator/seed";

const SITE = { fullName: "acme/site" };

function open(options?: HarnessOptions): Harness {
  return harness(gitea, simulate, options);
}

function paths({ sent }: Harness): string[] {
  return sent.map((request) => request.url.replace(`${BASE}/api/v1/`, ""));
}

describe("the addresses of Gitea", () => {
  it("are the internal one for calls and the public one for links", async () => {
    const at = open({ settings: { giteaInternalUrl: "http://gitea.internal:3000/in/" } });
    const page = await lister(at.forge)
      .list({ limit: 1 })
      .catch(() => null);
    expect(at.sent[0]?.url).toBe("http://gitea.internal:3000/in/api/v1/user/repos?page=1&limit=1");
    expect(page).toBeNull();
    const inside = open({
      settings: { giteaInternalUrl: "http://gitea.internal:3000/in/" },
      respond: (request, host) =>
        host.respond(new Request(request.url.replace("http://gitea.internal:3000/in", BASE), request)),
    });
    expect((await inside.forge.git.remote(SITE)).url).toBe("http://gitea.internal:3000/in/acme/site.git");
    expect(at.forge.page("repository", "acme/site")).toBe("https://git.example.com/sub/acme/site");
  });

  it("encode a branch as one part of the path", async () => {
    const at = open();
    await at.forge.refs.resolve(SITE, "feature/a#1");
    expect(paths(at)).toEqual(["repos/acme/site/branches/feature%2Fa%231"]);
  });
});

describe("a proxy that refuses encoded slashes", () => {
  it.each([
    [
      "Apache",
      new Response("<html>Not Found</html>", { status: 404, headers: { "content-type": "text/html" } }),
    ],
    ["Traefik", new Response("", { status: 400 })],
  ])("as %s does, does not keep a branch from being found", async (_what, refusal) => {
    const at = open({
      respond: (request, host) => (/%2f/i.test(request.url) ? refusal.clone() : host.respond(request)),
    });
    for (const name of ["feature/a#1", "dependabot/npm_and_yarn/@types/node-1", "refs/tags/release/1"])
      expect((await at.forge.refs.resolve(SITE, name)).sha).toMatch(/^[0-9a-f]{40}$/);
    expect(paths(at)[1]).toBe("repos/acme/site/branches/feature/a%231");
    const gone = { code: "not_found", reason: "ref_gone" };
    expect(await faultOf(at.forge.refs.resolve(SITE, "feature/none"))).toEqual(gone);
    // No branch has such a name; sent plain, these would be another path.
    for (const name of ["a/../../secret", "a//b", "a/"])
      expect(await faultOf(at.forge.refs.resolve(SITE, name))).toEqual(gone);
    expect(paths(at).every((path) => path.startsWith("repos/acme/site"))).toBe(true);
  });
});

describe("a renamed Gitea repository", () => {
  const renamed = () => {
    const world = seedWorld();
    world.repositories[0]?.formerNames.push("acme/homepage");
    const respond: HarnessOptions["respond"] = async (request, host) => {
      const answer = await host.respond(request);
      const location = answer.headers.get("location");
      // As the real client does: it stays on the origin, and only when that is wanted.
      if (!location || request.redirect !== "follow") return answer;
      return host.respond(new Request(new URL(location, request.url), request));
    };
    return open({ world, respond });
  };

  it("is found by its former name", async () => {
    const { forge, find } = renamed();
    const key = { fullName: "acme/homepage" };
    expect((await lister(forge).get(key)).fullName).toBe("acme/site");
    expect((await forge.refs.resolve(key, "main")).sha).toBe(find("acme/site").branches.get("main"));
  });

  it("is found at the internal address too, though the server redirects to its public one", async () => {
    const { world } = renamed();
    const inside = open({
      world,
      settings: { giteaInternalUrl: "http://gitea.internal:3000" },
      respond: (request, host) => {
        const isOurs = request.url.startsWith("http://gitea.internal:3000/api/v1/");
        if (!isOurs) return Response.json({ message: "not found" }, { status: 404 });
        return host.respond(new Request(request.url.replace("http://gitea.internal:3000", BASE), request));
      },
    });
    const key = { fullName: "acme/homepage" };
    expect((await lister(inside.forge).get(key)).fullName).toBe("acme/site");
    const page = await inside.forge.refs.list(key, { kind: "branch", limit: 1 });
    expect(page.items).toHaveLength(1);
    expect(inside.sent.map((request) => request.url)).toContain(
      "http://gitea.internal:3000/api/v1/repos/acme/site/branches?page=1&limit=1",
    );
  });

  it("is cloned by its current name, since git does not follow the redirect", async () => {
    const { forge } = renamed();
    expect((await forge.git.remote({ fullName: "acme/homepage" })).url).toBe(`${BASE}/acme/site.git`);
  });

  it("is cloned by the known name when the token may only use git", async () => {
    const world = seedWorld();
    for (const token of world.tokens) token.scopes = ["read:user"];
    const { forge } = open({ world });
    expect((await forge.git.remote(SITE)).url).toBe(`${BASE}/acme/site.git`);
  });

  it("is never confused with another one that took its name, when its id is known", async () => {
    const at = renamed();
    const key = { id: String(at.find("acme/site").id), fullName: "acme/Handbook" };
    expect((await at.forge.refs.resolve(key, "main")).sha).toBe(at.find("acme/site").branches.get("main"));
    expect((await at.forge.git.remote(key)).url).toBe(`${BASE}/acme/site.git`);
  });
});
