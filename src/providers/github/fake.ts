import type { Simulate, SimulateOptions } from "@/providers/conformance/simulated";
import { fullNameOf, type WorldRepository, type WorldToken } from "@/providers/conformance/world";
import { type Answer, type Asker, base, type Call, failure } from "@/providers/github/fake-page";
import { type Route, routes, sees } from "@/providers/github/fake-routes";

const ALL_SCOPES = ["read:org", "repo"];
const VERSIONS = ["2022-11-28", "2026-03-10"];

/** GitHub as an Enterprise Server over a seeded world, written from its REST API description. */
export const simulate: Simulate = (server) => ({
  respond: async (request) => respond(server, request),
  fullName,
  mayReadGit: (repository, username, password) => mayReadGit(server, repository, username, password),
  connection: (token) => ({
    authMethod: "token",
    settings: { githubUrl: server.baseUrl },
    secrets: { accessToken: token },
  }),
  scopes: ALL_SCOPES,
});

/** There are no sub-groups. */
function fullName(repository: WorldRepository): string | null {
  return repository.owner.includes("/") ? null : fullNameOf(repository);
}

function respond(server: SimulateOptions, request: Request): Response {
  const url = new URL(request.url);
  const root = `${new URL(base({ server })).pathname.replace(/\/$/, "")}/api/v3/`;
  if (!url.pathname.startsWith(root)) return page(url);
  const token = tokenOf(server, request.headers.get("authorization"));
  const asker = token && token !== "wrong" ? askerOf(token) : null;
  const answer =
    token === "wrong" ? failure(401, "Bad credentials") : answerTo(server, request, url, root, asker);
  const headers = { ...common(server), ...(token && token !== "wrong" ? told(token, asker) : {}) };
  return Response.json(answer.body, { status: answer.status, headers: { ...headers, ...answer.headers } });
}

/** The web pages: all we ever need of them is that they are pages. */
function page(url: URL): Response {
  const body = "<!DOCTYPE html><html><head><title>GitHub</title></head><body></body></html>";
  const status = url.pathname.endsWith("/") ? 200 : 404;
  return new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

function now(server: SimulateOptions): Date {
  return server.now?.() ?? new Date();
}

/** Null without a credential. */
function tokenOf(server: SimulateOptions, header: string | null): WorldToken | "wrong" | null {
  if (header === null) return null;
  const text = /^(?:Bearer|token) (\S+)$/i.exec(header)?.[1];
  return usable(server, text) ?? "wrong";
}

function usable(server: SimulateOptions, text: string | undefined): WorldToken | undefined {
  const found = server.world.tokens.find((one) => one.value === text);
  const isOver = found?.expiresOn !== undefined && Date.parse(found.expiresOn) <= now(server).getTime();
  return isOver ? undefined : found;
}

function askerOf({ value, login, scopes }: WorldToken): Asker {
  const isFineGrained = value.startsWith("github_pat_");
  if (isFineGrained) return { login, scopes: null, permissions: scopes };
  return { login, scopes: scopes ?? ALL_SCOPES, permissions: null };
}

function common(server: SimulateOptions): Record<string, string> {
  const reset = Math.floor(now(server).getTime() / 1000) + 3600;
  return {
    "content-type": "application/json; charset=utf-8",
    "x-github-request-id": "C0DE:1F2E:3D4C5B:6A7988:66F2A0B1",
    "x-github-enterprise-version": server.version ?? "3.19.1",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4987",
    "x-ratelimit-used": "13",
    "x-ratelimit-resource": "core",
    "x-ratelimit-reset": String(reset),
  };
}

/** What the answer's headers tell of the token that was used. */
function told({ expiresOn }: WorldToken, asker: Asker | null): Record<string, string> {
  const headers: Record<string, string> = {};
  if (expiresOn) headers["github-authentication-token-expiration"] = `${expiresOn} 00:00:00 UTC`;
  if (asker?.scopes) headers["x-oauth-scopes"] = asker.scopes.join(", ");
  return headers;
}

function answerTo(
  server: SimulateOptions,
  request: Request,
  url: URL,
  root: string,
  asker: Asker | null,
): Answer {
  const version = request.headers.get("x-github-api-version");
  if (version && !VERSIONS.includes(version)) return failure(400, "Unsupported 'X-GitHub-Api-Version'.");
  const call = { server, host: { fullName }, url, asker };
  for (const route of routes) {
    const parts = route.path.exec(decoded(url.pathname.slice(root.length)))?.slice(1);
    if (!parts) continue;
    if (request.method !== "GET") return failure(404, "Not Found");
    return denial(call, route) ?? route.answer({ ...call, parts: parts.map((part) => part ?? "") });
  }
  return failure(404, "Not Found");
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A lone percent sign stands for itself.
    return path;
  }
}

function denial({ asker }: Pick<Call, "asker">, route: Route): Answer | null {
  if (!asker) return route.open ? null : failure(401, "Requires authentication");
  const { scopes, permissions } = asker;
  if (scopes && route.scopes && !route.scopes.some((name) => scopes.includes(name)))
    return failure(403, "You need at least one of the accepted scopes.", {
      "x-accepted-oauth-scopes": route.scopes.join(", "),
    });
  if (permissions && route.permission && !permissions.includes(route.permission))
    return failure(403, "Resource not accessible by personal access token", {
      "x-accepted-github-permissions": route.permission,
    });
  return null;
}

/** Any user name goes with a token as password. */
function mayReadGit(
  server: SimulateOptions,
  repository: WorldRepository,
  username: string | null,
  password: string | null,
): boolean {
  if (username === null && password === null) return !repository.private;
  const token = usable(server, password ?? "");
  if (!token || !username) return false;
  const asker = askerOf(token);
  if (asker.permissions && !asker.permissions.includes("contents=read")) return false;
  return sees({ server, host: { fullName }, asker }, repository);
}
