import { createHash, randomBytes } from "node:crypto";
import { consentPage, errorPage } from "@/providers/simulator/consent-page";
import type { World, WorldClient, WorldToken } from "@/providers/simulator/world";

/** How one kind of host differs from RFC 6749; paths lie below the base address. */
export interface AuthorizationServerOptions {
  world: World;
  baseUrl: string;
  paths: { authorize: string; token: string; revoke?: string };
  /** Where the host reads the client's id and secret. */
  clientIn: "body" | "header" | "both";
  pkce: boolean;
  /** Each refresh gives a new refresh token and the old one is used up; `keeps`: the old one can still be used. */
  rotates: boolean | "keeps";
  /** A refresh token that is used a second time is only refused; else its whole family ends. */
  onlyRefusesReuse?: boolean;
  /** A refresh ends the access token that was given before. */
  refreshEndsAccess?: boolean;
  /** Revocation ignores expired tokens, and their refresh token stays valid. */
  revokesOnlyLiving?: boolean;
  /** Seconds an access token lives; null: it does not end, and the answer has no `expires_in`. */
  lifetime: number | null;
  /** Seconds a refresh token lives; absent: it does not end. */
  refreshLifetime?: number;
  /** Scopes the host knows; hosts differ in how they treat others. */
  scopes: string[];
  /** The scopes of a token for what was asked; default: only known ones, else `invalid_scope`. */
  grantScopes?: (asked: string[]) => string[] | null;
  grants: ("authorization_code" | "refresh_token" | "client_credentials")[];
  /** Whose account is signed in in the browser. */
  login: string;
  now: () => Date;
  /** Begins every access token. */
  prefix?: string;
  /** Further members of the token answer. */
  extra?: Record<string, unknown>;
  /** The host's own words: `error` and `error_description` for a standard error. */
  wording?: (
    error: string,
    grant: string | null,
  ) => { status?: number; error: string; error_description?: string };
}

interface Code {
  client: WorldClient;
  redirectUri: string;
  challenge: string | null;
  scopes: string[];
  until: number;
  used: boolean;
  family: string;
}

interface Refresh {
  client: WorldClient;
  scopes: string[];
  family: string;
  until: number;
  used: boolean;
}

/** The authorization server of a simulated host. Access tokens become tokens of the world. */
export interface AuthorizationServer {
  /** Null when the path is none of its own. */
  respond(request: Request): Promise<Response | null>;
  /** Token requests that were answered with a token. */
  readonly granted: number;
}

export function authorizationServer(options: AuthorizationServerOptions): AuthorizationServer {
  const { world, paths } = options;
  const codes = new Map<string, Code>();
  const refreshes = new Map<string, Refresh>();
  const accessOf = new Map<string, string[]>();
  let granted = 0;

  return {
    get granted() {
      return granted;
    },
    async respond(request) {
      const url = new URL(request.url);
      const base = new URL(options.baseUrl).pathname.replace(/\/+$/, "");
      const path = url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : "";
      if (path === paths.authorize) return authorize(request, url);
      if (path === paths.token)
        return request.method === "POST" ? token(request) : refused("invalid_request");
      if (paths.revoke && path === paths.revoke && request.method === "POST") return revoke(request);
      return null;
    },
  };

  async function authorize(request: Request, url: URL): Promise<Response> {
    const params = request.method === "POST" ? new URLSearchParams(await request.text()) : url.searchParams;
    const client = world.clients?.find((one) => one.id === params.get("client_id"));
    const redirectUri = params.get("redirect_uri") ?? "";
    // Nothing is sent to an address that nobody registered.
    if (!client) return errorPage("Client authentication failed due to unknown client");
    if (!client.redirectUris.includes(redirectUri)) return errorPage("The redirect URI is not registered");
    const back = (answer: Record<string, string>) => redirectTo(redirectUri, answer, params.get("state"));
    if (params.get("response_type") !== "code") return back({ error: "unsupported_response_type" });
    const challenge = options.pkce ? params.get("code_challenge") : null;
    if (challenge && params.get("code_challenge_method") !== "S256")
      return back({ error: "invalid_request" });
    const scopes = scopesFor(params.get("scope"));
    if (!scopes) return back({ error: "invalid_scope" });
    if (request.method !== "POST") return consentPage(client.name, options.login, scopes, params);
    if (params.get("decision") !== "allow") return back({ error: "access_denied" });
    const code = secret();
    const until = options.now().getTime() + 60_000;
    codes.set(code, { client, redirectUri, challenge, scopes, until, used: false, family: secret() });
    return back({ code });
  }

  async function token(request: Request): Promise<Response> {
    const params = new URLSearchParams(await request.text());
    const client = authenticated(request, params);
    const grant = params.get("grant_type");
    if (!client) return refused("invalid_client", grant);
    if (!options.grants.some((known) => known === grant)) return refused("unsupported_grant_type", grant);
    if (grant === "authorization_code") return byCode(client, params);
    if (grant === "refresh_token") return byRefresh(client, params);
    const scopes = scopesFor(params.get("scope"));
    return scopes ? issue(client, scopes, null) : refused("invalid_scope");
  }

  function byCode(client: WorldClient, params: URLSearchParams): Response {
    const code = codes.get(params.get("code") ?? "");
    if (!code || code.client !== client || code.until < options.now().getTime())
      return refused("invalid_grant", params.get("grant_type"));
    if (code.used) {
      endFamily(code.family);
      return refused("invalid_grant", params.get("grant_type"));
    }
    if (code.redirectUri !== params.get("redirect_uri"))
      return refused("invalid_grant", params.get("grant_type"));
    if (code.challenge !== null && code.challenge !== s256(params.get("code_verifier") ?? ""))
      return refused("invalid_grant", params.get("grant_type"));
    code.used = true;
    return issue(client, code.scopes, code.family);
  }

  function byRefresh(client: WorldClient, params: URLSearchParams): Response {
    const refresh = refreshes.get(params.get("refresh_token") ?? "");
    if (!refresh || refresh.client !== client || refresh.until < options.now().getTime())
      return refused("invalid_grant", params.get("grant_type"));
    if (refresh.used) {
      if (!options.onlyRefusesReuse) endFamily(refresh.family);
      return refused("invalid_grant", params.get("grant_type"));
    }
    refresh.used = options.rotates === true;
    if (options.refreshEndsAccess) endAccess(refresh.family);
    return issue(client, refresh.scopes, refresh.family, options.rotates !== false);
  }

  function issue(client: WorldClient, scopes: string[], family: string | null, again = true): Response {
    const value = `${options.prefix ?? ""}${secret()}`;
    const at = options.now().getTime();
    const ends =
      options.lifetime === null ? {} : { expiresOn: new Date(at + options.lifetime * 1000).toISOString() };
    world.tokens.push({ value, login: options.login, scopes, ...ends, client: client.id });
    if (family) accessOf.set(family, [...(accessOf.get(family) ?? []), value]);
    granted += 1;
    return json({
      access_token: value,
      token_type: "bearer",
      ...(options.lifetime !== null && { expires_in: options.lifetime }),
      ...(family && again && { refresh_token: newRefresh(client, scopes, family) }),
      scope: scopes.join(" "),
      ...options.extra,
    });
  }

  function newRefresh(client: WorldClient, scopes: string[], family: string): string {
    const value = secret();
    const until = options.now().getTime() + (options.refreshLifetime ?? Number.POSITIVE_INFINITY) * 1000;
    refreshes.set(value, { client, scopes, family, until, used: false });
    return value;
  }

  async function revoke(request: Request): Promise<Response> {
    const params = new URLSearchParams(await request.text());
    if (!authenticated(request, params)) return refused("invalid_client");
    const value = params.get("token") ?? "";
    const family = refreshes.get(value)?.family ?? [...accessOf].find(([, all]) => all.includes(value))?.[0];
    if (family && !(options.revokesOnlyLiving && hasRunOut(family))) endFamily(family);
    return json({});
  }

  function hasRunOut(family: string): boolean {
    const last = world.tokens.find((one) => one.value === accessOf.get(family)?.at(-1));
    return last?.expiresOn !== undefined && Date.parse(last.expiresOn) <= options.now().getTime();
  }

  function endAccess(family: string): void {
    const gone = accessOf.get(family) ?? [];
    world.tokens = world.tokens.filter((one: WorldToken) => !gone.includes(one.value));
  }

  function endFamily(family: string): void {
    endAccess(family);
    for (const [value, one] of refreshes) if (one.family === family) refreshes.delete(value);
  }

  function authenticated(request: Request, params: URLSearchParams): WorldClient | null {
    const basic = /^Basic (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    const [id = "", given = ""] = basic
      ? Buffer.from(basic, "base64").toString().split(":").map(decodeURIComponent)
      : [params.get("client_id") ?? "", params.get("client_secret") ?? ""];
    const place = basic ? "header" : "body";
    if (options.clientIn !== "both" && options.clientIn !== place) return null;
    return world.clients?.find((one) => one.id === id && one.secret === given) ?? null;
  }

  function scopesFor(text: string | null): string[] | null {
    const asked = (text ?? "").split(/[\s+]+/).filter(Boolean);
    if (options.grantScopes) return options.grantScopes(asked);
    return asked.every((scope) => options.scopes.includes(scope)) ? asked : null;
  }

  function refused(error: string, grant: string | null = null): Response {
    const { status, ...body } = options.wording?.(error, grant) ?? { error };
    return json(body, status ?? (error === "invalid_client" ? 401 : 400));
  }
}

function redirectTo(uri: string, answer: Record<string, string>, state: string | null): Response {
  const url = new URL(uri);
  for (const [name, value] of Object.entries(answer)) url.searchParams.set(name, value);
  if (state !== null) url.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: url.href } });
}

function json(body: unknown, status = 200): Response {
  const headers = { "cache-control": "no-store", pragma: "no-cache" };
  return Response.json(body, { status, headers });
}

function secret(): string {
  return randomBytes(24).toString("hex");
}

function s256(verifier: string): string {
  return createHash("sha256").update(verifier).digest("base64url");
}
