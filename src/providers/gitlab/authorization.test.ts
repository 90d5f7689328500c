import { readFileSync } from "node:fs";
import { authorizationFlow, type FlowOptions, REDIRECT } from "@test/conformance/authorization-flow";
import { faultOf } from "@test/conformance/scenario";
import { describe, expect, it } from "vitest";
import { gitlab } from "@/providers/gitlab";
import { simulate } from "@/providers/gitlab/fake";
import { TokenInfo } from "@/providers/gitlab/schema";
import type { Grant } from "@/providers/provider";
import { CLIENT } from "@/providers/simulator/seed";

const BASE = "https://git.example.com/sub";
const INTERNAL = "http://gitlab.internal:8080/in";

const start = (options?: FlowOptions) => authorizationFlow(gitlab, simulate, options);

function fixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
}

/** The same host, called at its internal address. */
const inside: FlowOptions = {
  settings: { gitlabInternalUrl: INTERNAL },
  respond: async (request, host) => {
    const url = new URL(request.url.replace(INTERNAL, BASE));
    return host.respond(new Request(url, request.clone()));
  },
};

describe("the authorization flow of GitLab", () => {
  it("asks for read access only, below the sub-path, with an S256 challenge", async () => {
    const url = await start().link();
    expect(`${url.origin}${url.pathname}`).toBe(`${BASE}/oauth/authorize`);
    expect(url.searchParams.get("scope")).toBe("read_api read_repository");
    expect(url.searchParams.get("redirect_uri")).toBe(REDIRECT);
    expect(url.searchParams.get("code_challenge_method")).toBe("S256");
    expect(url.searchParams.get("code_challenge")).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    ["api", "api read_repository"],
    ["read_api, read_repository api", "api read_repository"],
    ["sudo admin_mode", "read_api read_repository"],
  ])("asks for more only where %s was entered", async (scopes, asked) => {
    const url = await start({ settings: { scopes } }).link();
    expect(url.searchParams.get("scope")).toBe(asked);
  });

  it("fails without the verifier that belongs to its challenge", async () => {
    const at = start();
    const stolen = { ...(await at.decide()), codeVerifier: "w".repeat(43) };
    const fault = await faultOf(at.authorization.complete(at.session(), stolen));
    expect(fault).toEqual({ code: "credential_rejected", reason: "grant_refused" });
  });

  it("sends the browser to the public address and requests tokens at the internal one", async () => {
    const at = start(inside);
    const grant = await at.connect();
    expect((await at.link()).href.startsWith(`${BASE}/oauth/authorize?`)).toBe(true);
    expect(at.sent.map((request) => `${request.method} ${request.url}`)).toEqual([
      `POST ${INTERNAL}/oauth/token`,
    ]);
    await at.forge(grant).verify();
    expect(at.sent.map((request) => request.url)).toContain(`${INTERNAL}/oauth/token/info`);
    expect(at.sent.every((request) => request.url.startsWith(`${INTERNAL}/`))).toBe(true);
  });

  it("expects the public address as the issuer", () => {
    const at = start(inside);
    expect(at.authorization.issuer?.(at.session().settings)).toBe(BASE);
  });

  it("keeps both tokens, the end of the first, and the redirect URI that a refresh has to send", async () => {
    const grant = await start().connect();
    expect(grant.settings).toEqual({
      expiresAt: Date.parse("2026-05-03T12:00:00Z") / 1000,
      redirectUri: REDIRECT,
    });
    expect(Object.keys(grant.secrets ?? {}).toSorted()).toEqual(["accessToken", "refreshToken"]);
  });

  it("does not reach GitLab's page with an application that GitLab does not know", async () => {
    const at = start({ settings: { applicationId: "nobody" } });
    await expect(at.decide()).rejects.toThrow("the host shows no page: 400");
  });
});

describe("an OAuth token of GitLab", () => {
  it("is sent as Bearer, and to git as the password of oauth2", async () => {
    const at = start();
    const grant = await at.connect();
    const token = String(grant.secrets?.accessToken);
    const forge = at.forge(grant);
    at.sent.length = 0;
    await forge.verify();
    for (const request of at.sent) {
      expect(request.headers.get("authorization")).toBe(`Bearer ${token}`);
      expect(request.headers.has("private-token")).toBe(false);
    }
    expect((await forge.git.remote({ fullName: "acme/site" })).credential).toEqual({
      username: "oauth2",
      password: token,
    });
  });

  it("is reported with account and scopes, and without an end, since it is refreshed", async () => {
    const at = start();
    const identity = await at.forge(await at.connect()).verify();
    expect(identity).toMatchObject({
      account: { name: "acme-bot", url: `${BASE}/acme-bot` },
      scopes: ["read_api", "read_repository"],
      missingScopes: ["api"],
      expiresAt: null,
    });
    const answers = Object.entries(identity.capabilities).map(([name, { answer }]) => [name, answer]);
    expect(Object.fromEntries(answers)).toMatchObject({
      ...{ repositories: "yes", branches: "yes", gitRead: "yes" },
      ...{ webhooks: "no", commitStatus: "no", pullRequests: "no" },
    });
  });

  it("with narrower scopes says what it cannot do, and how to widen them", async () => {
    const at = start();
    const grant = await at.connect();
    for (const token of at.world.tokens) token.scopes = ["read_api"];
    const { capabilities, missingScopes } = await at.forge(grant).verify();
    expect(missingScopes).toEqual(["read_repository", "api"]);
    expect(capabilities.branches).toEqual({ answer: "yes" });
    expect(capabilities.gitRead?.reason).toMatchObject({
      code: "scopes_missing",
      params: { scopes: ["read_repository"], granted: true },
    });
  });

  it("has unknown scopes where a proxy forwards only the API", async () => {
    const at = start({
      respond: (request, host) =>
        request.url.endsWith("/oauth/token/info")
          ? new Response("<html>", { status: 404, headers: { "content-type": "text/html" } })
          : host.respond(request),
    });
    const identity = await at.forge(await at.connect()).verify();
    expect(identity).toMatchObject({ account: { name: "acme-bot" }, scopes: null });
    expect(identity.capabilities.gitRead?.answer).toBe("unknown");
  });

  it("is managed on the page of applications", () => {
    expect(start().forge().page("credentials")).toBe(`${BASE}/-/user_settings/applications`);
  });
});

describe("the refresh of a GitLab token", () => {
  it("replaces both tokens, and sends the redirect URI of the authorization", async () => {
    const at = start();
    const first = await at.connect();
    const next = await at.renew(first);
    const sent = new URLSearchParams(await at.sent.at(-1)?.text());
    expect(Object.fromEntries(sent)).toEqual({
      grant_type: "refresh_token",
      refresh_token: first.secrets?.refreshToken,
      redirect_uri: REDIRECT,
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
    });
    expect((await faultOf(at.forge(first).verify())).code).toBe("credential_rejected");
    expect((await faultOf(at.renew(first))).reason).toBe("grant_refused");
    expect((await at.forge(next).verify()).account?.name).toBe("acme-bot");
  });

  it("reads the answer that GitLab documents", async () => {
    const at = start({ respond: () => Response.json(fixture("token-answer")) });
    expect(await at.renew({ secrets: { refreshToken: "r" } })).toEqual(fixture("token-answer.golden"));
    expect(TokenInfo.parse(fixture("token-info"))).toEqual(fixture("token-info.golden"));
  });
});

describe("the revocation of a GitLab token", () => {
  const revoke = async (at: ReturnType<typeof start>, grant?: Grant) => gitlab.revoke?.(at.session(grant));
  const codes = (one: Awaited<ReturnType<typeof revoke>>) => [
    one?.done.map(({ code }) => code),
    one?.left.map(({ code }) => code),
  ];

  it("ends both tokens, and leaves the application to a person", async () => {
    const at = start();
    const grant = await at.connect();
    expect(codes(await revoke(at, grant))).toEqual([["grant_ended"], ["application_left"]]);
    expect((await faultOf(at.forge(grant).verify())).code).toBe("credential_rejected");
    expect((await faultOf(at.renew(grant))).reason).toBe("grant_refused");
  });

  it("works with a refresh token whose access token has expired", async () => {
    const at = start();
    const grant = await at.connect();
    at.pass(3 * 3600);
    expect(codes(await revoke(at, grant))).toEqual([["grant_ended"], ["application_left"]]);
    expect((await faultOf(at.renew(grant))).reason).toBe("grant_refused");
    expect(at.world.tokens.filter(({ client, expiresOn }) => client && expiresOn)).toEqual([]);
  });

  it("treats a token that is already gone as revoked, and sends nothing where nothing was authorized", async () => {
    const at = start();
    const gone = { secrets: { accessToken: "a", refreshToken: "b" }, settings: { expiresAt: 1 } };
    expect(codes(await revoke(at, gone))).toEqual([["grant_ended"], ["application_left"]]);
    at.sent.length = 0;
    expect(codes(await revoke(at))).toEqual([[], ["application_left"]]);
    expect(at.sent).toEqual([]);
  });

  it("fails where GitLab cannot be reached, so that nobody believes it is done", async () => {
    const at = start({ respond: () => new Response("busy", { status: 503 }) });
    const grant = { secrets: { accessToken: "a", refreshToken: "b" }, settings: { expiresAt: 9e9 } };
    expect((await faultOf(Promise.resolve(revoke(at, grant)))).code).toBe("unavailable");
  });

  it("leaves a pasted token to the person who pasted it", async () => {
    const at = start();
    const session = { ...at.session({ secrets: { accessToken: "glpat-1" } }), authMethod: "token" };
    const { done, left } = (await gitlab.revoke?.(session)) ?? {};
    expect([done, left?.map(({ code }) => code)]).toEqual([[], ["credential_left"]]);
    expect(at.sent).toEqual([]);
  });
});
