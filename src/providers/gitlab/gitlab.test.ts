import { BASE, faultOf, json, SITE, setUp, withScopes } from "@test/kit/gitlab-session";
import { describe, expect, it } from "vitest";
import { BOT_TOKEN, EXPIRED_TOKEN } from "@/providers/simulator/seed";

describe("the probe of GitLab", () => {
  it("recognizes GitLab by its refusal, without sending the token", async () => {
    const { forge, sent } = setUp();
    expect(await forge.probe()).toEqual({ product: "GitLab" });
    expect(sent.map((request) => request.url)).toEqual([`${BASE}/api/v4/version`]);
    expect([...(sent[0]?.headers.keys() ?? [])]).toEqual(["accept"]);
  });

  it("recognizes an older server that lacks the marking header", async () => {
    const { forge } = setUp({ answer: () => json({ message: "401 Unauthorized" }, 401) });
    expect(await forge.probe()).toEqual({ product: "GitLab" });
  });

  it.each([
    ["a web page", new Response("<html>", { headers: { "content-type": "text/html" } }), "not_this_host"],
    [
      "another product",
      json({ id: "api.context.session_expired", message: "Sign in" }, 401),
      "not_this_product",
    ],
    ["an unknown path", json({ message: "Not Found" }, 404), "not_this_product"],
  ])("says that %s is not GitLab", async (_what, response, code) => {
    const { forge } = setUp({ answer: () => response });
    expect(await faultOf(forge.probe())).toMatchObject({ code: "bad_response", reason: { code } });
  });

  it("does not report a server in trouble as another product", async () => {
    const { forge } = setUp({ answer: () => new Response("Bad gateway", { status: 502 }) });
    expect(await faultOf(forge.probe())).toMatchObject({ code: "unavailable" });
  });
});

describe("the check of a GitLab token", () => {
  it("reports account, scopes, end, limit and version", async () => {
    const world = withScopes(["read_api", "read_repository"]);
    for (const token of world.tokens) if (token.value === BOT_TOKEN) token.expiresOn = "2027-03-01";
    const identity = await setUp({ world }).forge.verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot", url: `${BASE}/acme-bot` },
      scopes: ["read_api", "read_repository"],
      expiresAt: "2027-03-01T00:00:00.000Z",
      rateLimit: { limit: 2000, remaining: 1999 },
      version: "18.9.1-ee",
    });
  });

  it("names the scope that each capability lacks", async () => {
    const { capabilities, missingScopes } = await setUp({ world: withScopes(["read_api"]) }).forge.verify();
    expect(capabilities.repositories).toEqual({ answer: "yes" });
    expect(capabilities.gitRead).toMatchObject({
      answer: "no",
      reason: { code: "scopes_missing", params: { scopes: ["read_repository"] } },
    });
    expect(missingScopes).toEqual(["read_repository", "api"]);
    for (const feature of ["webhooks", "commitStatus", "pullRequests"] as const)
      expect(capabilities[feature]?.reason?.params?.scopes).toEqual(["api"]);
  });

  it("accepts a token that may only use git as valid but narrow", async () => {
    const identity = await setUp({ world: withScopes(["read_repository"]) }).forge.verify();
    expect(identity.account).toBeNull();
    expect(identity.capabilities.gitRead).toEqual({ answer: "yes" });
    expect(identity.capabilities.repositories?.answer).toBe("no");
  });

  it("accepts the scope api for everything", async () => {
    const { capabilities } = await setUp({ world: withScopes(["api"]) }).forge.verify();
    expect(Object.values(capabilities).map((line) => line.answer)).toEqual(Array(6).fill("yes"));
  });

  it("leaves the scopes open on a server without that call", async () => {
    const { forge } = setUp({
      through: (request, response) =>
        request.url.endsWith("/self") ? json({ error: "404 Not Found" }, 404) : response,
    });
    const identity = await forge.verify();
    expect(identity).toMatchObject({ account: { name: "acme-bot" }, scopes: null, expiresAt: null });
    expect(identity.capabilities.gitRead).toMatchObject({
      answer: "unknown",
      reason: { code: "scopes_untold" },
    });
  });

  it("does not guess the permissions of a fine-grained token", async () => {
    const { capabilities } = await setUp({ world: withScopes(["granular", "read_api"]) }).forge.verify();
    expect(capabilities.repositories?.answer).toBe("unknown");
  });

  it.each([
    ["expired", "token_expired", EXPIRED_TOKEN],
    ["unknown", "token_rejected", "glpat-nobody-knows-this-one"],
    ["missing", "token_missing", " "],
    ["broken over two lines", "token_rejected", "glpat-one\r\nx-injected: two"],
    ["for deploying", "token_kind", "gldt-0123456789abcdef"],
  ])("refuses one that is %s", async (_what, code, token) => {
    const fault = await faultOf(setUp({ token }).forge.verify());
    expect(fault).toMatchObject({ code: "credential_rejected", reason: { code } });
    expect(JSON.stringify(fault)).not.toContain(token.trim() || "\u0000");
  });

  it.each([
    "Your account has been blocked.",
    "Your account is pending approval from your administrator and hence blocked.",
    "Your account has been deactivated by your administrator.",
    "Your primary email address is not confirmed.",
    "Your password expired.",
    "You (@ada) must accept the Terms of Service in order to perform this action.",
  ])("fails when the account is locked: %s", async (why) => {
    const { forge } = setUp({ answer: () => json({ message: `403 Forbidden - ${why}` }, 403) });
    const shutOut = { code: "credential_rejected", reason: { code: "account_blocked" } };
    expect(await faultOf(forge.verify())).toMatchObject(shutOut);
    expect(await faultOf(forge.refs.resolve(SITE, "main"))).toMatchObject(shutOut);
  });

  it("tells a revoked token from an expired one", async () => {
    const error_description = "Token was revoked. You have to re-authorize from the user.";
    const { forge } = setUp({ answer: () => json({ error: "invalid_token", error_description }, 401) });
    expect((await faultOf(forge.verify())).reason.code).toBe("token_revoked");
  });

  it("refuses a token that the server calls inactive", async () => {
    const { forge } = setUp({
      through: (request, response) =>
        request.url.endsWith("/self") ? json({ scopes: ["api"], active: false, revoked: false }) : response,
    });
    expect((await faultOf(forge.verify())).reason.code).toBe("token_expired");
  });

  it("says when a rate-limited token works again", async () => {
    const headers = { "retry-after": "42", "ratelimit-remaining": "0" };
    const { forge } = setUp({ answer: () => new Response("Retry later", { status: 429, headers }) });
    const fault = await faultOf(forge.verify());
    expect(fault).toMatchObject({
      code: "rate_limited",
      reason: { params: { until: "2026-11-21T12:00:42.000Z" } },
    });
  });
});

describe("the Git address of a GitLab project", () => {
  it("contains no user-info and keeps the sub-path", async () => {
    const remote = await setUp().forge.git.remote(SITE);
    expect(remote).toEqual({
      url: `${BASE}/acme/site.git`,
      credential: { username: "oauth2", password: BOT_TOKEN },
    });
  });

  it("has the current name when the id is known", async () => {
    const remote = await setUp().forge.git.remote({ id: "101", fullName: "acme/old-name" });
    expect(remote.url).toBe(`${BASE}/acme/site.git`);
  });

  it("has the known name when the token may only use git", async () => {
    const { forge } = setUp({ world: withScopes(["read_repository"]) });
    expect((await forge.git.remote({ id: "101", fullName: "acme/site" })).url).toBe(`${BASE}/acme/site.git`);
  });

  it("is the internal address, which no page link shows", async () => {
    const settings = { gitlabInternalUrl: "http://gitlab.internal:8080/" };
    const { forge, sent } = setUp({ settings, answer: () => json({ version: "17.0.0" }) });
    expect((await forge.git.remote(SITE)).url).toBe("http://gitlab.internal:8080/acme/site.git");
    expect(await forge.probe()).toEqual({ product: "GitLab", version: "17.0.0" });
    expect(sent[0]?.url).toBe("http://gitlab.internal:8080/api/v4/version");
    expect(forge.page("repository", "acme/site")).toBe(`${BASE}/acme/site`);
    expect(forge.page("credentials")).toContain(
      `${BASE}/-/user_settings/personal_access_tokens?name=Slipway`,
    );
  });
});
