import {
  API,
  BASE,
  faultOf,
  listing,
  refuse,
  setUp,
  setUpBy,
  WORKSPACE_TOKEN,
  withScopes,
  withWorkspaceToken,
} from "@test/kit/bitbucket-session";
import { describe, expect, it } from "vitest";
import { apiRoot } from "@/providers/bitbucket/api";
import { Settings } from "@/providers/bitbucket/settings";
import { baseUrl } from "@/providers/kit/base-url";
import { BOT_TOKEN, EXPIRED_TOKEN } from "@/providers/simulator/seed";

const old = {
  bitbucketUsername: "johndoe",
  bitbucketEmail: "john@example.com",
  bitbucketWorkspaceName: "acme",
};
const byAppPassword = (respond?: ReturnType<typeof refuse>) =>
  setUpBy("appPassword", old, { appPassword: "ATBBsecret" }, respond ? { respond } : {});

describe("the address of Bitbucket", () => {
  it.each([
    [undefined, "https://bitbucket.org", "https://api.bitbucket.org/2.0/"],
    ["https://www.bitbucket.org/acme", "https://bitbucket.org", "https://api.bitbucket.org/2.0/"],
    ["https://api.bitbucket.org/2.0", "https://bitbucket.org", "https://api.bitbucket.org/2.0/"],
    ["https://proxy.acme.com/bb/", "https://proxy.acme.com/bb", "https://proxy.acme.com/bb/!api/2.0/"],
  ])("%s means %s with the API at %s", (typed, web, api) => {
    const settings = Settings.parse({ bitbucketUrl: typed });
    expect([settings.bitbucketUrl, apiRoot({ settings, base: baseUrl(settings.bitbucketUrl) }).href]).toEqual(
      [web, api],
    );
  });

  it("of a workspace or repository, pasted whole, is read as its name", () => {
    const pasted = {
      bitbucketWorkspaceName: " https://bitbucket.org/acme/site ",
      bitbucketRepositoryName: "acme/site/",
    };
    expect(Settings.parse(pasted)).toMatchObject({
      bitbucketWorkspaceName: "acme",
      bitbucketRepositoryName: "site",
    });
  });
});

describe("each kind of Bitbucket credential", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  it.each([
    [
      "an API token",
      setUp(),
      basic(`acme-bot@example.com:${BOT_TOKEN}`),
      "x-bitbucket-api-token-auth",
      BOT_TOKEN,
    ],
    [
      "an access token",
      setUpBy("accessToken", { bitbucketWorkspaceName: "acme" }, { accessToken: WORKSPACE_TOKEN }),
      `Bearer ${WORKSPACE_TOKEN}`,
      "x-token-auth",
      WORKSPACE_TOKEN,
    ],
    ["an app password", byAppPassword(), basic("johndoe:ATBBsecret"), "johndoe", "ATBBsecret"],
  ])(
    "has its own header and git user: %s",
    async (_what, { forge, sent, key }, header, username, password) => {
      await forge.refs.list(key("acme/site"), { kind: "tag", limit: 1 }).catch(() => undefined);
      expect(sent[0]?.headers.get("authorization")).toBe(header);
      const remote = await forge.git.remote(key("acme/site"));
      expect(remote).toEqual({ url: `${BASE}/acme/site.git`, credential: { username, password } });
    },
  );
});

describe("the probe of Bitbucket", () => {
  it("recognizes the host by its refusal", async () => {
    const { forge, sent } = setUp();
    expect(await forge.probe()).toEqual({ product: "Bitbucket" });
    expect(sent.map((request) => [request.url, request.headers.get("authorization")])).toEqual([
      [`${API}/user`, null],
    ]);
    const silent = setUp({ respond: () => new Response(null, { status: 401 }) });
    expect(await silent.forge.probe()).toEqual({ product: "Bitbucket" });
  });

  it.each([
    [
      "a web page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "not_this_host",
    ],
    [
      "another product",
      () => Response.json({ message: "401 Unauthorized" }, { status: 401 }),
      "not_this_product",
    ],
  ])("says that %s is not Bitbucket", async (_what, respond, code) => {
    expect(await faultOf(setUp({ respond }).forge.probe())).toMatchObject({
      code: "bad_response",
      reason: { code },
    });
  });
});

describe("the check of a Bitbucket API token", () => {
  it("reports account and scopes, and leaves its end open", async () => {
    const { forge, host, sent } = setUp();
    const identity = await forge.verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot", url: expect.stringMatching(/^https:\/\/git\.example\.com\/sub\/%7B0000/) },
      scopes: host.scopes,
      missingScopes: [],
      expiresAt: null,
    });
    expect(Object.values(identity.capabilities).map((one) => one.answer)).toEqual(Array(6).fill("yes"));
    expect(sent).toHaveLength(1);
  });

  it("names the missing scopes", async () => {
    const world = withScopes(["read:user:bitbucket"]);
    const identity = await setUp({ world }).forge.verify();
    const features = ["webhook", "pullrequest"].flatMap((one) => [
      `read:${one}:bitbucket`,
      `write:${one}:bitbucket`,
    ]);
    const reading = ["read:repository:bitbucket", "read:workspace:bitbucket"];
    expect(identity.missingScopes).toEqual([...reading, ...features]);
    expect(identity.capabilities.webhooks?.reason?.params?.scopes).toEqual(features.slice(0, 2));
    expect(identity.capabilities.gitRead?.reason?.params?.scopes).toEqual(["read:repository:bitbucket"]);
    const entered = await setUp({ world, settings: { bitbucketWorkspaceName: "acme" } }).forge.verify();
    expect(entered.missingScopes).toEqual(["read:repository:bitbucket", ...features]);
  });

  it("accepts one that may not read its account as valid but narrow", async () => {
    const world = withScopes(["read:repository:bitbucket"]);
    const { forge } = setUp({ world, settings: { bitbucketWorkspaceName: "acme" } });
    expect(await forge.verify()).toMatchObject({ account: null, scopes: ["read:repository:bitbucket"] });
    expect((await faultOf(setUp({ world }).forge.verify())).reason).toMatchObject({
      code: "scopes_missing",
      params: { scopes: ["read:workspace:bitbucket"] },
    });
  });

  it("understands the older names of scopes", async () => {
    const headers = { "x-oauth-scopes": "account, repository:write, webhook, pullrequest:write" };
    const body = { uuid: "{00000000-0000-4000-8000-000000000011}", nickname: "bot" };
    const identity = await setUp({ respond: () => Response.json(body, { headers }) }).forge.verify();
    expect(identity.missingScopes).toEqual([]);
  });

  it("leaves the permissions open when the host sends no scopes", async () => {
    const body = { uuid: "{00000000-0000-4000-8000-000000000011}", display_name: "Bot" };
    const identity = await setUp({ respond: () => Response.json(body) }).forge.verify();
    expect(identity).toMatchObject({ account: { name: "Bot" }, scopes: null });
    expect(identity.capabilities.gitRead).toMatchObject({
      answer: "unknown",
      reason: { code: "scopes_untold" },
    });
  });

  it("does not guess whether a refused token has expired", async () => {
    expect((await faultOf(setUp({ token: EXPIRED_TOKEN }).forge.verify())).reason.code).toBe(
      "token_rejected",
    );
    const over = refuse(401, "Access token expired. Use your refresh token to obtain a new access token.");
    expect((await faultOf(setUp({ respond: over }).forge.verify())).reason.code).toBe("token_expired");
  });
});

describe("a Bitbucket access token", () => {
  const by = (settings: Record<string, unknown>, scopes: string[] | null = null) =>
    setUpBy("accessToken", settings, { accessToken: WORKSPACE_TOKEN }, { world: withWorkspaceToken(scopes) });

  it("is checked by reading, since it belongs to no account", async () => {
    const { forge, sent } = by({ bitbucketWorkspaceName: "acme" });
    expect(await forge.verify()).toMatchObject({
      account: null,
      scopes: ["repository", "webhook", "pullrequest", "pullrequest:write"],
      missingScopes: [],
    });
    expect(sent.map((request) => new URL(request.url).pathname)).toEqual(["/sub/!api/2.0/repositories/acme"]);
    expect(forge.owners).toBeUndefined();
  });

  it("of one repository reads and lists that one", async () => {
    const { forge, sent } = by({ bitbucketWorkspaceName: "acme", bitbucketRepositoryName: "site" }, [
      "repository",
    ]);
    expect((await forge.verify()).missingScopes).toEqual(["webhook", "pullrequest:write"]);
    expect((await listing(forge).list({ limit: 10 })).items.map((one) => one.fullName)).toEqual([
      "acme/site",
    ]);
    expect((await listing(forge).list({ limit: 10, search: "zz" })).items).toEqual([]);
    expect(new Set(sent.map((request) => request.url))).toEqual(new Set([`${API}/repositories/acme/site`]));
    expect(forge.page("credentials")).toBe(`${BASE}/acme/site/admin/access-tokens`);
  });

  it("of a repository that does not exist says so", async () => {
    const { forge } = by({ bitbucketWorkspaceName: "acme", bitbucketRepositoryName: "sight" });
    const fault = await faultOf(listing(forge).list({ limit: 10 }));
    expect(fault.reason).toMatchObject({ code: "owner_not_found", params: { owner: "acme/sight" } });
  });

  it("needs its workspace, which no answer contains", async () => {
    const { forge, sent } = by({});
    for (const call of [forge.verify(), listing(forge).list({ limit: 10 })])
      expect((await faultOf(call)).reason.code).toBe("workspace_needed");
    expect(sent).toEqual([]);
  });
});

describe("a Bitbucket app password", () => {
  it("is refused with the day on which those ended and what replaces them", async () => {
    const fault = await faultOf(byAppPassword().forge.verify());
    expect([fault.code, fault.reason.code]).toEqual(["credential_rejected", "app_password_removed"]);
    expect(fault.message).toMatch(/28 July 2026.*API token/);
    expect(byAppPassword().forge.page("credentials")).toMatch(/^https:\/\/id\.atlassian\.com\//);
  });

  it("is not called wrong when the host has another trouble", async () => {
    expect((await faultOf(byAppPassword(refuse(503, "busy")).forge.verify())).code).toBe("unavailable");
  });
});

describe("a refusal by Bitbucket", () => {
  const at = (respond: ReturnType<typeof refuse>) => faultOf(setUp({ respond }).forge.verify());

  it("of a removed API call names the change and asks for an update", async () => {
    const fault = await at(refuse(410, "CHANGE-2770 - Functionality has been deprecated"));
    expect(fault).toMatchObject({
      code: "unsupported",
      reason: { code: "host_call_gone", params: { change: "CHANGE-2770" } },
    });
    expect(await at(refuse(410, "Gone"))).toMatchObject({
      code: "unsupported",
      reason: { code: "host_call_gone" },
    });
  });

  it("names the scopes that would have been needed", async () => {
    const detail = { required: ["read:repository:bitbucket", "<b>"], granted: ["read:user:bitbucket"] };
    const fault = await faultOf(
      setUp({
        respond: refuse(403, "lack scopes", detail),
        settings: { bitbucketWorkspaceName: "acme" },
      }).forge.verify(),
    );
    expect(fault.reason).toMatchObject({
      code: "scopes_missing",
      params: { scopes: ["read:repository:bitbucket"] },
    });
  });

  it("of the IP address of this server has its own message", async () => {
    const fault = await at(
      refuse(403, "To access this repository, an administrator of 'acme' needs to allowlist your IP."),
    );
    expect(fault.reason.code).toBe("ip_not_allowed");
  });

  it("for a rate limit waits a minute, since the host gives no end", async () => {
    const fault = await at(refuse(429, "Rate limit for this resource has been exceeded"));
    expect([fault.code, fault.retryAt?.toISOString()]).toEqual(["rate_limited", "2026-05-03T10:01:00.000Z"]);
  });
});
