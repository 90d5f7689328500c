import { BASE, type HarnessOptions, harness } from "@test/conformance/harness";
import { everything, faultOf, lister, namesOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { bitbucketServer } from "@/providers/bitbucketServer";
import { simulate } from "@/providers/bitbucketServer/fake";
import { Settings } from "@/providers/bitbucketServer/settings";
import { addRepositories, BOT_TOKEN, seedWorld } from "@/providers/simulator/seed";

const SITE = { fullName: "acme/site" };
const open = (options?: HarnessOptions) => harness(bitbucketServer, simulate, options);

/** The simulated server, with something changed in every answer. */
function changing(
  change: (response: Response, body: Record<string, unknown>) => Response | undefined,
): HarnessOptions {
  return {
    respond: async (request, host) => {
      const response = await host.respond(request);
      const body: Record<string, unknown> = await response.clone().json();
      return change(response, body) ?? response;
    },
  };
}

function again(response: Response, body: unknown): Response {
  return new Response(JSON.stringify(body), { status: response.status, headers: response.headers });
}

describe("a public Bitbucket Data Center", () => {
  it("answers without an account when it does not accept the token, which counts as refused", async () => {
    const anonymous: HarnessOptions = {
      respond: (request, host) => {
        const headers = new Headers(request.headers);
        headers.delete("authorization");
        return host.respond(new Request(request.url, { headers }));
      },
    };
    const { forge } = open(anonymous);
    const fault = { code: "credential_rejected", reason: "token_ignored" };
    expect(await faultOf(forge.verify())).toEqual(fault);
    expect(await faultOf(lister(forge).list({ limit: 10 }))).toEqual(fault);
  });
});

describe("a refusal by Bitbucket Data Center to a valid token", () => {
  it("is not reported as a wrong token", async () => {
    const { forge } = open();
    const hidden = forge.refs.list({ fullName: "acme-evil/secret" }, { kind: "branch", limit: 1 });
    expect((await faultOf(hidden)).code).toBe("not_found");
    const denied = open(
      changing((response) => new Response("{}", { status: 401, headers: response.headers })),
    );
    expect((await faultOf(lister(denied.forge).list({ limit: 1 }))).code).toBe("permission_missing");
  });

  it("says when the token has expired", async () => {
    const body = { errors: [{ message: "The access token has expired" }] };
    const { forge } = open({ respond: () => Response.json(body, { status: 401 }) });
    expect((await faultOf(forge.verify())).reason).toBe("token_expired");
  });
});

describe("the account of a Bitbucket Data Center token", () => {
  it("comes from the response header, with its page", async () => {
    const identity = await open({ settings: { username: "" } }).forge.verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot", url: `${BASE}/users/acme-bot` },
      scopes: null,
      version: "9.4.0",
    });
    expect(identity.capabilities.gitRead).toEqual({ answer: "yes" });
  });

  it("is the user name that git sends with the token", async () => {
    const remote = async (options: HarnessOptions) => (await open(options).forge.git.remote(SITE)).credential;
    expect(await remote({ settings: { username: null } })).toEqual({
      username: "acme-bot",
      password: BOT_TOKEN,
    });
    expect(await remote({ settings: { username: " someone " } })).toMatchObject({ username: "someone" });
    // The bot of a project token is no person, so it has no user page.
    const bot = (name: string | undefined) => ({
      settings: { username: null },
      ...changing((response, body) => {
        if ("displayName" in body && "slug" in body) return again(response, { ...body, type: name });
        return undefined;
      }),
    });
    expect(await remote(bot("SERVICE"))).toMatchObject({ username: "x-token-auth" });
  });
});

describe("the addresses of Bitbucket Data Center", () => {
  it("are the internal one with its sub-path for calls and the public one for links", async () => {
    const at = open({ settings: { bitbucketServerInternalUrl: "http://bitbucket.internal:7990/in/" } });
    await faultOf(lister(at.forge).list({ limit: 1 }));
    expect(at.sent[0]?.url).toBe(
      "http://bitbucket.internal:7990/in/rest/api/latest/repos?permission=REPO_READ&limit=1",
    );
    expect((await at.forge.git.remote(SITE)).url).toBe("http://bitbucket.internal:7990/in/scm/acme/site.git");
    expect(at.forge.page("repository", "~ada/notes")).toBe(`${BASE}/users/ada/repos/notes`);
  });

  it.each([
    ["https://git.example.com/sub/projects/ACME", "ACME"],
    ["https://git.example.com/sub/users/ada", "~ada"],
    [" ~ada ", "~ada"],
    ["ACME", "ACME"],
  ])("may be that of a project, which is read as its key: %s", (projectKey, expected) => {
    expect(Settings.parse({ bitbucketServerUrl: BASE, projectKey }).projectKey).toBe(expected);
  });
});

describe("the repository list of Bitbucket Data Center", () => {
  it("continues where the server says, also when it skips numbers", async () => {
    const world = seedWorld();
    addRepositories(world, "acme", 50);
    const shifted: HarnessOptions = {
      world,
      respond: async (request, host) => {
        const url = new URL(request.url);
        const start = Number(url.searchParams.get("start") ?? 0);
        url.searchParams.set("start", String(start / 3));
        const response = await host.respond(new Request(url, request));
        const body = await response.clone().json();
        if (!("nextPageStart" in body)) return response;
        return again(response, { ...body, nextPageStart: body.nextPageStart * 3 });
      },
    };
    const all = await everything((cursor) => lister(open(shifted).forge).list({ limit: 7, cursor }));
    expect(all.filter((one) => one.name.startsWith("bulk-"))).toHaveLength(50);
  });

  it("ends when pages repeat or do not advance", async () => {
    const endless = changing((response, body) =>
      again(response, { ...body, isLastPage: false, nextPageStart: Number(body.start ?? 0) + 1_000_000 }),
    );
    const stuck = changing((response, body) =>
      again(response, { ...body, isLastPage: false, nextPageStart: 0 }),
    );
    for (const options of [endless, stuck]) {
      const at = open(options);
      await everything((cursor) => lister(at.forge).list({ limit: 2, cursor }));
      await everything((cursor) => at.forge.refs.list(SITE, { kind: "branch", limit: 2, cursor }));
      expect(at.sent.length).toBeLessThan(10);
    }
  });

  it("is searched by project and name typed as one, and by a project in any letter case", async () => {
    expect(await namesOf(open().forge, { search: "acme/si" })).toEqual(["acme/site"]);
    expect(await namesOf(open().forge, { owner: "ACME", search: "si" })).toEqual(["acme/site"]);
  });

  it("names a project that does not exist, also in a search", async () => {
    const fault = await faultOf(namesOf(open().forge, { owner: "acmee", search: "site" }));
    expect(fault.reason).toBe("owner_not_found");
  });

  it("is limited to a project also on a server that ignores that filter", async () => {
    const old: HarnessOptions = {
      respond: (request, host) => {
        const url = new URL(request.url);
        url.searchParams.delete("projectkey");
        return host.respond(new Request(url, request));
      },
    };
    expect(await namesOf(open(old).forge, { owner: "acme", search: "site" })).toEqual(["acme/site"]);
  });

  it("has the repositories of a person", async () => {
    expect(await namesOf(open().forge, { owner: "~acme-bot" })).toEqual(["~acme-bot/dotfiles"]);
  });
});

describe("a ref of Bitbucket Data Center", () => {
  it("is requested by its full name only", async () => {
    const at = open();
    await at.forge.refs.resolve(SITE, "feature/a#1");
    expect(at.sent.map((request) => new URL(request.url).searchParams.get("until"))).toEqual([
      "refs/heads/feature/a#1",
    ]);
    const half = at.find("acme/site").branches.get("main")?.slice(0, 12) ?? "";
    expect((await faultOf(at.forge.refs.resolve(SITE, half))).reason).toBe("ref_gone");
  });
});

describe("the probe of Bitbucket Data Center", () => {
  it("reports the version", async () => {
    expect(await open({ version: "8.19.1" }).forge.probe()).toEqual({
      product: "Bitbucket Data Center",
      version: "8.19.1",
    });
  });

  it.each([
    [
      "a web page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "not_this_host",
    ],
    ["another API", () => Response.json({ message: "Not Found" }, { status: 404 }), "not_this_product"],
    ["other JSON", () => Response.json({ hello: "world" }), "not_this_product"],
  ])("says that %s is not Bitbucket Data Center", async (_what, respond, reason) => {
    expect(await faultOf(open({ respond }).forge.probe())).toEqual({ code: "bad_response", reason });
  });
});
