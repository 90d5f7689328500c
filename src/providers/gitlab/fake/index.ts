import { gitlabDeliveries, hookAnswer } from "@/providers/gitlab/fake/hooks";
import { oauthOf, tokenInfo } from "@/providers/gitlab/fake/oauth";
import { json, message } from "@/providers/gitlab/fake/page";
import { route } from "@/providers/gitlab/fake/routes";
import { sentJson } from "@/providers/simulator/hooks";
import { CLIENT } from "@/providers/simulator/seed";
import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { canSee, fullNameOf, type WorldRepository, type WorldToken } from "@/providers/simulator/world";

const ALL_SCOPES = ["api"];

/** GitLab over a seeded world, written from its REST API documentation (v4) and that of its OAuth 2.0 provider. */
export const simulate: Simulate = (options) => {
  const oauth = oauthOf(options);
  const respond = async (request: Request) =>
    (await oauth.respond(request.clone())) ??
    answer(options, request, request.method === "GET" ? {} : await sentJson(request.clone()));
  return {
    ...simulated(options),
    respond,
    deliveries: (repository, event) => gitlabDeliveries(options, repository, event),
  };
};

const simulated = (options: SimulateOptions): Omit<ReturnType<Simulate>, "respond"> => ({
  fullName: fullNameOf,
  mayReadGit: (repository, username, password) => mayReadGit(options, repository, username, password),
  connection: (token) => ({
    authMethod: "token",
    settings: { gitlabUrl: options.baseUrl },
    secrets: { accessToken: token },
  }),
  connections: {
    oauth: (token) => ({
      authMethod: "oauth",
      settings: { gitlabUrl: options.baseUrl, applicationId: CLIENT.id },
      secrets: { secret: CLIENT.secret, accessToken: token },
    }),
  },
  scopes: ALL_SCOPES,
});

function answer(options: SimulateOptions, request: Request, body: Record<string, unknown>): Response {
  const url = new URL(request.url);
  const base = options.baseUrl.replace(/\/+$/, "");
  const root = `${new URL(base).pathname.replace(/\/+$/, "")}/api/v4/`;
  if (url.pathname === new URL(`${base}/oauth/token/info`).pathname)
    return tokenInfo(options, living(options, bearer(request)), now(options));
  if (!url.pathname.startsWith(root)) return page(url);
  const at = { base, url, path: url.pathname.slice(root.length), body };
  const response = answerApi(options, request, at);
  response.headers.set("x-gitlab-meta", '{"correlation_id":"01J0000000000000000000000","version":"1"}');
  return response;
}

function answerApi(
  options: SimulateOptions,
  request: Request,
  { base, url, path, body }: { base: string; url: URL; path: string; body: Record<string, unknown> },
): Response {
  const { world } = options;
  const text = sentToken(request);
  const token = world.tokens.find((one) => one.value === text) ?? null;
  // This header accepts pasted tokens only.
  if (token?.client && request.headers.has("private-token")) return message(401, "401 Unauthorized");
  if (text !== null && token === null) return message(401, "401 Unauthorized");
  if (token && isExpired(token, now(options)))
    return invalidToken("Token is expired. You can either do re-authorization or token refresh.");
  const version = options.version ?? "18.9.1-ee";
  const segments = decoded(path);
  if (!segments) return json({ error: "400 Bad request" }, 400);
  const isApi = (token?.scopes ?? ALL_SCOPES).includes("api");
  const asked = { method: request.method, segments, body, url, login: token?.login ?? null, isApi };
  const hooks = hookAnswer({ ...options, version }, asked);
  if (hooks) return hooks;
  const scopes = token?.scopes ?? ALL_SCOPES;
  const { method } = request;
  const response = route({ world, base, version, url, method, body, token, scopes }, segments);
  if (token) limits(response.headers, now(options));
  return response;
}

function mayReadGit(
  { world, now }: SimulateOptions,
  repository: WorldRepository,
  username: string | null,
  password: string | null,
): boolean {
  if (username === null && password === null) return !repository.private;
  const token = world.tokens.find((one) => one.value === password);
  if (!token || !username || isExpired(token, now?.() ?? new Date())) return false;
  const scopes = token.scopes ?? ALL_SCOPES;
  const may = ["api", "read_repository", "write_repository"].some((scope) => scopes.includes(scope));
  return may && canSee(world, repository, token.login);
}

function decoded(path: string): string[] | null {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return null;
  }
}

function sentToken(request: Request): string | null {
  return request.headers.get("private-token") ?? bearer(request);
}

function bearer(request: Request): string | null {
  return /^Bearer (\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? null;
}

function living(options: SimulateOptions, text: string | null): WorldToken | null {
  const token = options.world.tokens.find((one) => one.value === text);
  return token && !isExpired(token, now(options)) ? token : null;
}

function isExpired(token: WorldToken, at: Date): boolean {
  return token.expiresOn !== undefined && Date.parse(token.expiresOn) <= at.getTime();
}

function now(options: SimulateOptions): Date {
  return options.now?.() ?? new Date();
}

function invalidToken(error_description: string): Response {
  return json({ error: "invalid_token", error_description }, 401);
}

function limits(headers: Headers, at: Date): void {
  const reset = (Math.floor(at.getTime() / 60_000) + 1) * 60;
  headers.set("ratelimit-limit", "2000");
  headers.set("ratelimit-observed", "1");
  headers.set("ratelimit-remaining", "1999");
  headers.set("ratelimit-reset", String(reset));
}

/** The web pages; their content does not matter. */
function page(url: URL): Response {
  const html = "<!DOCTYPE html><html><head><title>Sign in · GitLab</title></head><body></body></html>";
  const status = url.pathname.endsWith("/") ? 200 : 404;
  return new Response(html, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}
