import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fault } from "@/lib/fault";
import {
  authorizeLink,
  clientGrant,
  exchangeCode,
  type OAuthEndpoints,
  refreshGrant,
  revokeToken,
} from "@/providers/kit/oauth2";
import {
  type AuthorizationServerOptions,
  authorizationServer,
} from "@/providers/simulator/authorization-server";
import { CLIENT, seedWorld } from "@/providers/simulator/seed";

const base = "https://git.example.com/sub";
const redirectUri = "https://slipway.example.com/api/gitlab/callback";
const verifier = "v".repeat(43);
const now = () => new Date("2026-05-03T10:00:00Z");

function place(changes: Partial<AuthorizationServerOptions> = {}) {
  const world = { ...seedWorld(), clients: [{ ...CLIENT, redirectUris: [redirectUri] }] };
  const server = authorizationServer({
    world,
    baseUrl: base,
    paths: { authorize: "/oauth/authorize", token: "/oauth/token", revoke: "/oauth/revoke" },
    clientIn: "body",
    pkce: true,
    rotates: true,
    lifetime: 7200,
    scopes: ["api"],
    grants: ["authorization_code", "refresh_token", "client_credentials"],
    login: "acme-bot",
    now,
    ...changes,
  });
  const endpoints: OAuthEndpoints = {
    errorMapping: { host: "GitLab" },
    authorizeUrl: new URL(`${base}/oauth/authorize`),
    tokenUrl: new URL(`${base}/oauth/token`),
    revokeUrl: new URL(`${base}/oauth/revoke`),
    clientIn: changes.clientIn === "header" ? "header" : "body",
    pkce: changes.pkce ?? true,
  };
  const send = async (request: Request) =>
    (await server.respond(request)) ?? new Response(null, { status: 404 });
  return { world, server, endpoints, send, session: { http: { send }, now } };
}

/** What the browser brings back after the person has decided. */
async function decided({ endpoints, send }: ReturnType<typeof place>, decision = "allow") {
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const link = authorizeLink(
    endpoints,
    CLIENT,
    { state: "s1", redirectUri, codeChallenge },
    { scope: "api" },
  );
  const form = new URL(link.url).searchParams;
  form.set("decision", decision);
  const answer = await send(new Request(endpoints.authorizeUrl, { method: "POST", body: form.toString() }));
  const { state: _state, ...params } = Object.fromEntries(
    new URL(answer.headers.get("location") ?? "").searchParams,
  );
  return { step: "authorize", params, redirectUri, codeVerifier: verifier };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Fault ? `${error.code}: ${error.reason.code}` : String(error);
}

describe("the exchange of an authorization code", () => {
  it.each(["body", "header"] as const)("gives tokens with the client in the %s", async (clientIn) => {
    const at = place({ clientIn });
    const grant = await exchangeCode(at.session, at.endpoints, CLIENT, await decided(at));
    expect(grant.settings).toEqual({ expiresAt: now().getTime() / 1000 + 7200 });
    expect(at.world.tokens.some(({ value }) => value === grant.secrets?.accessToken)).toBe(true);
    expect(grant.secrets?.refreshToken).toBeTruthy();
  });

  it("encodes the client in the header so that strict and lax hosts read it alike", async () => {
    const at = place({ clientIn: "header" });
    const sent: string[] = [];
    const send = async (request: Request) => {
      sent.push(request.headers.get("authorization")?.replace("Basic ", "") ?? "");
      return Response.json({ error: "invalid_grant" }, { status: 400 });
    };
    for (const secret of ["cs-4e_1.f~7", "a:b%c"])
      await codeOf(refreshGrant({ http: { send }, now }, at.endpoints, { id: "id-1", secret }, "r"));
    const texts = sent.map((one) => Buffer.from(one, "base64").toString());
    expect(texts).toEqual(["id-1:cs-4e_1.f~7", "id-1:a%3Ab%25c"]);
  });

  it("replaces a refresh token of an earlier flow, also when it brings none", async () => {
    const at = place();
    const send = async () => Response.json({ access_token: "at-1", token_type: "bearer" });
    const answer = await decided(at);
    const grant = await exchangeCode({ http: { send }, now }, at.endpoints, CLIENT, answer);
    expect(grant.secrets).toEqual({ accessToken: "at-1", refreshToken: null });
  });

  it("is refused with the wrong verifier, another redirect address, and a second time", async () => {
    const at = place();
    const wrong = { ...(await decided(at)), codeVerifier: "w".repeat(43) };
    const moved = { ...(await decided(at)), redirectUri: "https://evil.example.com/" };
    const twice = await decided(at);
    await exchangeCode(at.session, at.endpoints, CLIENT, twice);
    for (const answer of [wrong, moved, twice])
      expect(await codeOf(exchangeCode(at.session, at.endpoints, CLIENT, answer))).toBe(
        "credential_rejected: grant_refused",
      );
  });

  it("is refused when the person declined", async () => {
    const at = place();
    const answer = await decided(at, "deny");
    expect(await codeOf(exchangeCode(at.session, at.endpoints, CLIENT, answer))).toBe(
      "credential_rejected: authorization_refused",
    );
  });

  it("is refused with a wrong client secret", async () => {
    const at = place();
    const call = exchangeCode(at.session, at.endpoints, { ...CLIENT, secret: "wrong" }, await decided(at));
    expect(await codeOf(call)).toBe("credential_rejected: client_refused");
  });
});

describe("the use of a refresh token", () => {
  it("gives a new one where the host rotates them, and a second use ends all tokens", async () => {
    const at = place();
    const first = await exchangeCode(at.session, at.endpoints, CLIENT, await decided(at));
    const old = String(first.secrets?.refreshToken);
    const next = await refreshGrant(at.session, at.endpoints, CLIENT, old);
    expect(next.secrets?.refreshToken).not.toBe(old);
    expect(await codeOf(refreshGrant(at.session, at.endpoints, CLIENT, old))).toBe(
      "credential_rejected: grant_refused",
    );
    expect(at.world.tokens.some(({ value }) => value === next.secrets?.accessToken)).toBe(false);
  });

  it("keeps it where the host keeps it, and invents no end", async () => {
    const at = place({ rotates: false, lifetime: null });
    const first = await exchangeCode(at.session, at.endpoints, CLIENT, await decided(at));
    const next = await refreshGrant(at.session, at.endpoints, CLIENT, String(first.secrets?.refreshToken));
    expect(next.settings).toEqual({ expiresAt: null });
    expect(next.secrets).not.toHaveProperty("refreshToken");
  });
});

describe("the tokens of a client", () => {
  it("are issued without a person, and revoked", async () => {
    const at = place();
    const grant = await clientGrant(at.session, at.endpoints, CLIENT, { scope: "api" });
    expect(at.world.tokens.some(({ value }) => value === grant.secrets?.accessToken)).toBe(true);
    const granted = await exchangeCode(at.session, at.endpoints, CLIENT, await decided(at));
    await revokeToken(at.session, at.endpoints, CLIENT, String(granted.secrets?.accessToken));
    expect(at.world.tokens.some(({ value }) => value === granted.secrets?.accessToken)).toBe(false);
  });
});

describe("the answer of a token endpoint", () => {
  it.each([
    [
      "429",
      new Response("slow down", { status: 429, headers: { "retry-after": "30" } }),
      "rate_limited: host_rate_limit",
    ],
    ["503", new Response("<html>", { status: 503 }), "unavailable: host_error"],
    [
      "a web page in place of a refusal",
      new Response("<html></html>", { status: 401, headers: { "content-type": "text/html" } }),
      "bad_response: host_page",
    ],
    [
      "a web page",
      new Response("<html></html>", { headers: { "content-type": "text/html" } }),
      "bad_response: not_this_host",
    ],
    [
      "half an answer",
      new Response('{"access_tok', { headers: { "content-type": "application/json" } }),
      "bad_response: host_not_json",
    ],
    ["no token", Response.json({ token_type: "bearer" }), "bad_response: host_not_json"],
    ["401 without words", new Response(null, { status: 401 }), "credential_rejected: client_refused"],
    [
      "a refused scope",
      Response.json({ error: "invalid_scope" }, { status: 400 }),
      "permission_missing: scope_refused",
    ],
    [
      "a redirect",
      new Response(null, { status: 302, headers: { location: "https://evil.example.com" } }),
      "bad_response: host_redirects",
    ],
  ])("with %s is reported as such", async (_name, response, expected) => {
    const { endpoints } = place();
    const session = { http: { send: async () => response.clone() }, now };
    expect(await codeOf(refreshGrant(session, endpoints, CLIENT, "r"))).toBe(expected);
  });

  const second = now().getTime() / 1000;
  it.each<[string, Record<string, unknown>, number | null, string | undefined]>([
    ["nothing but a token", { token_type: undefined }, null, undefined],
    ["a life in a text", { expires_in: "7200" }, second + 7200, undefined],
    ["a life before now", { expires_in: -1 }, null, undefined],
    ["no life at all", { expires_in: 0 }, null, undefined],
    ["a life that is no number", { expires_in: "soon" }, null, undefined],
    ["a life of ages", { expires_in: 1e12 }, 2 ** 31 - 1, undefined],
    ["an empty refresh token", { refresh_token: "" }, null, undefined],
    ["a refresh token of null", { refresh_token: null }, null, undefined],
    ["a refresh token that no request can hold", { refresh_token: "a\nb" }, null, undefined],
    ["no scope and an odd id token", { scope: null, id_token: "x", refresh_token: "r2" }, null, "r2"],
    ["a bearer in other letters", { token_type: "BEARER" }, null, undefined],
  ])("with %s still gives a token", async (_what, odd, expiresAt, refreshToken) => {
    const { endpoints } = place();
    const body = { access_token: "at-1", token_type: "bearer", ...odd };
    const session = { http: { send: async () => Response.json(body) }, now };
    const grant = await refreshGrant(session, endpoints, CLIENT, "r");
    expect(grant.settings).toEqual({ expiresAt });
    expect(grant.secrets).toEqual({ accessToken: "at-1", ...(refreshToken && { refreshToken }) });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a token of another kind", { token_type: "mac" }, "bad_response: host_not_json"],
    ["a token with a line break", { access_token: "a\r\nx: y" }, "bad_response: host_shape"],
    ["a token of 200 kB", { access_token: "a".repeat(200_000) }, "bad_response: host_shape"],
    ["an empty token", { access_token: "" }, "bad_response: host_shape"],
  ])("with %s gives no token", async (_what, odd, expected) => {
    const { endpoints } = place();
    const body = { access_token: "at-1", token_type: "bearer", ...odd };
    const session = { http: { send: async () => Response.json(body) }, now };
    expect(await codeOf(refreshGrant(session, endpoints, CLIENT, "r"))).toBe(expected);
  });

  it("causes only faults, whatever it contains, and is never repeated in them", async () => {
    const { endpoints } = place();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(200, 201, 400, 401, 403), async (body, status) => {
        const session = { http: { send: async () => Response.json(body, { status }) }, now };
        const outcome = await refreshGrant(session, endpoints, CLIENT, "r").catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Fault);
      }),
    );
  });
});
