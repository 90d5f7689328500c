import {
  API,
  BASE,
  FINE_GRAINED,
  faultOf,
  listing,
  refuse,
  setUp,
  withPermissions,
  withScopes,
} from "@test/kit/github-session";
import { describe, expect, it } from "vitest";
import { apiRoot } from "@/providers/github/api";
import { endOf } from "@/providers/github/identity";
import { Settings } from "@/providers/github/settings";
import { baseUrl } from "@/providers/kit/base-url";
import { BOT_TOKEN } from "@/providers/simulator/seed";

describe("the address of GitHub", () => {
  it.each([
    [undefined, "https://github.com", "https://api.github.com/"],
    ["https://github.com/", "https://github.com", "https://api.github.com/"],
    ["http://www.github.com/acme", "https://github.com", "https://api.github.com/"],
    ["https://api.github.com", "https://github.com", "https://api.github.com/"],
    ["https://acme.ghe.com", "https://acme.ghe.com", "https://api.acme.ghe.com/"],
    ["https://api.acme.ghe.com/", "https://acme.ghe.com", "https://api.acme.ghe.com/"],
    ["https://git.acme.com", "https://git.acme.com", "https://git.acme.com/api/v3/"],
    ["https://git.acme.com/api/v3/", "https://git.acme.com", "https://git.acme.com/api/v3/"],
    [
      "https://git.acme.com:8443/sub",
      "https://git.acme.com:8443/sub",
      "https://git.acme.com:8443/sub/api/v3/",
    ],
    [
      "https://github.com.evil.example",
      "https://github.com.evil.example",
      "https://github.com.evil.example/api/v3/",
    ],
    ["https://evilghe.com", "https://evilghe.com", "https://evilghe.com/api/v3/"],
  ])("%s means %s with the API at %s", (typed, web, api) => {
    const settings = Settings.parse({ githubUrl: typed });
    expect([settings.githubUrl, apiRoot({ settings, base: baseUrl(settings.githubUrl) }).href]).toEqual([
      web,
      api,
    ]);
  });
});

describe("every request to GitHub", () => {
  it("names the API version, and sends the token as Bearer to the API alone", async () => {
    const { forge, sent } = setUp();
    await forge.probe();
    await forge.verify();
    expect(sent.map((request) => request.headers.get("x-github-api-version"))).toEqual(
      Array(2).fill("2022-11-28"),
    );
    expect(sent.map((request) => request.headers.get("authorization"))).toEqual([
      null,
      `Bearer ${BOT_TOKEN}`,
    ]);
    expect(sent[0]?.headers.get("accept")).toBe("application/vnd.github+json");
  });
});

describe("the probe of GitHub", () => {
  it("reports an Enterprise Server and its version", async () => {
    const probe = setUp({ version: "3.18.2" }).forge.probe();
    expect(await probe).toEqual({ product: "GitHub Enterprise Server", version: "3.18.2" });
  });

  it("recognizes a server that admits nobody, and one whose limit for anonymous calls is used up", async () => {
    const closed = setUp({ respond: refuse(401, "Must authenticate to access this API.") });
    expect(await closed.forge.probe()).toEqual({ product: "GitHub" });
    const limit = refuse(403, "API rate limit exceeded for 203.0.113.7.", { "x-github-request-id": "1:2" });
    expect(await setUp({ respond: limit }).forge.probe()).toEqual({ product: "GitHub" });
  });

  it.each([
    [
      "a web page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      "not_this_host",
    ],
    [
      "another product",
      () => Response.json({ error: "API V3 is gone" }, { status: 410 }),
      "not_this_product",
    ],
    ["other JSON", () => Response.json({ message: "hello" }), "not_this_product"],
  ])("says that %s is not GitHub", async (_what, respond, code) => {
    expect(await faultOf(setUp({ respond }).forge.probe())).toMatchObject({
      code: "bad_response",
      reason: { code },
    });
  });
});

describe("the check of a classic GitHub token", () => {
  it("reports account, scopes, end and limit with one call", async () => {
    const world = withScopes(["repo", "read:org"]);
    for (const token of world.tokens) if (token.value === BOT_TOKEN) token.expiresOn = "2027-03-01";
    const { forge, sent } = setUp({ world });
    expect(await forge.verify()).toMatchObject({
      account: { name: "acme-bot", url: `${BASE}/acme-bot` },
      scopes: ["repo", "read:org"],
      missingScopes: [],
      expiresAt: "2027-03-01T00:00:00.000Z",
      rateLimit: { limit: 5000, remaining: 4987 },
      capabilities: { branches: { answer: "yes" }, gitRead: { answer: "yes" } },
    });
    expect(sent.map((request) => request.url)).toEqual([`${API}/user`]);
  });

  it("says so when the token has no end", async () => {
    expect((await setUp().forge.verify()).expiresAt).toBe("never");
  });

  it("names the missing scopes", async () => {
    const identity = await setUp({ world: withScopes(["public_repo", "admin:org"]) }).forge.verify();
    expect(identity.missingScopes).toEqual(["repo"]);
    expect(identity.capabilities.gitRead).toMatchObject({
      answer: "no",
      reason: { params: { scopes: ["repo"] } },
    });
  });

  it("names the scope that a call needs", async () => {
    const { forge } = setUp({ world: withScopes(["repo"]) });
    expect(await faultOf(Promise.resolve(forge.owners?.list()))).toMatchObject({
      code: "permission_missing",
      reason: { code: "scopes_missing", params: { scopes: ["read:org"] } },
    });
  });
});

describe("the check of a fine-grained GitHub token", () => {
  it("leaves open what the token permits", async () => {
    const { forge } = setUp({ world: withPermissions(null), token: FINE_GRAINED });
    const identity = await forge.verify();
    expect(identity).toMatchObject({ account: { name: "acme-bot" }, scopes: null });
    expect(identity.missingScopes).toBeUndefined();
    expect(identity.capabilities.gitRead).toMatchObject({
      answer: "unknown",
      reason: { code: "scopes_untold" },
    });
  });

  it("names the permission that a call needs", async () => {
    const { forge, key } = setUp({ world: withPermissions(["metadata=read"]), token: FINE_GRAINED });
    expect((await listing(forge).list({ limit: 10 })).items).not.toEqual([]);
    const refs = forge.refs.list(key("acme/site"), { kind: "branch", limit: 10 });
    expect((await faultOf(refs)).reason).toMatchObject({
      code: "scopes_missing",
      params: { scopes: ["contents: read"] },
    });
  });

  it("links to the page of fine-grained tokens", () => {
    expect(setUp({ token: FINE_GRAINED }).forge.page("credentials")).toContain(
      "/settings/personal-access-tokens/new?",
    );
    expect(setUp().forge.page("credentials")).toBe(
      `${BASE}/settings/tokens/new?scopes=repo,read:org&description=Slipway`,
    );
  });
});

describe("the end of a GitHub token", () => {
  it.each([
    [null, "never"],
    ["2026-12-31 19:07:53 UTC", "2026-12-31T19:07:53.000Z"],
    ["2026-12-31 19:07:53 -0700", "2027-01-01T02:07:53.000Z"],
    ["2026-12-31 19:07:53 +00:00", "2026-12-31T19:07:53.000Z"],
    ["2026-12-31T19:07:53Z", "2026-12-31T19:07:53.000Z"],
    ["2026-13-31 19:07:53 UTC", null],
    ["soon", null],
  ])("written %s is %s", (header, end) => expect(endOf(header)).toBe(end));
});

describe("a refusal by GitHub", () => {
  const at = (respond: ReturnType<typeof refuse>) =>
    faultOf(listing(setUp({ respond }).forge).list({ limit: 10 }));
  const plenty = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4000",
    "x-ratelimit-reset": "1777806000",
  };

  it("for a used-up limit waits for its end", async () => {
    const fault = await at(
      refuse(403, "API rate limit exceeded", { ...plenty, "x-ratelimit-remaining": "0" }),
    );
    expect([fault.code, fault.retryAt?.toISOString()]).toEqual(["rate_limited", "2026-05-03T11:00:00.000Z"]);
  });

  it.each([
    ["with its own time", { ...plenty, "retry-after": "30" }, "2026-05-03T10:00:30.000Z"],
    ["without a time", plenty, "2026-05-03T10:01:00.000Z"],
  ])(
    "by the secondary limit %s is no missing permission, and ignores the end of the primary limit",
    async (_what, headers, until) => {
      const fault = await at(refuse(403, "You have exceeded a secondary rate limit.", headers));
      expect([fault.code, fault.retryAt?.toISOString()]).toEqual(["rate_limited", until]);
    },
  );

  it("for a missing permission is no rate limit", async () => {
    const fault = await at(refuse(403, "Must have admin rights to Repository.", plenty));
    expect([fault.code, fault.reason.code]).toEqual(["permission_missing", "permission_refused"]);
  });

  it("for single sign-on names the organization, and stores no link", async () => {
    const url = "https://github.com/orgs/acme/sso?authorization_request=A1B2C3";
    const fault = await at(
      refuse(403, "Resource protected by organization SAML enforcement.", {
        "x-github-sso": `required; url=${url}`,
      }),
    );
    expect(fault).toMatchObject({
      code: "permission_missing",
      reason: { code: "sso_required", params: { organization: "acme" } },
    });
    expect(JSON.stringify(fault.reason)).not.toContain("A1B2C3");
  });

  it.each([
    "Sorry. Your account was suspended.",
    "Sorry. Your account is suspended. Please check with your installation administrator.",
  ])("by a suspended account is not told as a missing permission: %s", async (message) => {
    const fault = await at(refuse(403, message));
    expect([fault.code, fault.reason.code]).toEqual(["credential_rejected", "account_blocked"]);
  });

  it.each([
    ["`acme` forbids access via a personal access token (classic).", "token_policy"],
    ["The 'acme' organization forbids access via a fine-grained personal access tokens if", "token_policy"],
    ["`acme` has an IP allow list enabled, and your IP address is not permitted", "ip_not_allowed"],
  ])("by a rule of the organization has its own reason: %s", async (message, code) => {
    expect((await at(refuse(403, message))).reason.code).toBe(code);
  });

  it.each([
    ["missing", " ", "token_missing"],
    ["of an installation", "ghs_16C7e42F292c6912E7710c838347Ae178B4a", "token_kind"],
    ["for refreshing", "ghr_1B4a2e77838347a7E420ce178F2E7c6912E1", "token_kind"],
  ])("comes before any request when the token is %s", async (_what, token, code) => {
    const { forge, sent } = setUp({ token });
    expect((await faultOf(forge.verify())).reason.code).toBe(code);
    expect(sent).toEqual([]);
  });
});

describe("the Git address of a GitHub repository", () => {
  it("has the current name, with the token as password", async () => {
    const { forge, find } = setUp();
    find("acme/site").formerNames.push("acme/homepage");
    const remote = await forge.git.remote({ id: "101", fullName: "acme/homepage" });
    expect(remote).toEqual({
      url: `${BASE}/acme/site.git`,
      credential: { username: "x-access-token", password: BOT_TOKEN },
    });
  });

  it("refuses a name that would change the address", async () => {
    for (const fullName of ["acme", "acme/site/../x", "/acme"])
      expect((await faultOf(setUp().forge.git.remote({ fullName }))).code).toBe("invalid_input");
  });
});
