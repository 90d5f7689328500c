import { type Asker, askerOf, basicAsker, holds } from "@/providers/gitea/fake/auth";
import { commitRoutes } from "@/providers/gitea/fake/commits";
import { giteaHooks } from "@/providers/gitea/fake/hooks";
import { oauthOf } from "@/providers/gitea/fake/oauth";
import { type Answer, type Call, failure, sent } from "@/providers/gitea/fake/page";
import { requestRoutes } from "@/providers/gitea/fake/requests";
import { found, html, routes } from "@/providers/gitea/fake/routes";
import { sentJson } from "@/providers/simulator/hooks";
import { CLIENT } from "@/providers/simulator/seed";
import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { fullNameOf, type WorldRepository } from "@/providers/simulator/world";

const DEFAULT_VERSION = "1.27.0";

/** A Gitea or Forgejo server over a seeded world, written from the API description of the product. */
export const simulate: Simulate = (options) => {
  const server = { ...options, version: options.version ?? DEFAULT_VERSION };
  const oauth = oauthOf(server);
  const hooks = giteaHooks(server);
  return {
    respond: async (request) =>
      (await oauth.respond(request.clone())) ??
      (await hooks.respond(request.clone())) ??
      respond(server, request, await sentJson(request.clone())),
    deliveries: hooks.deliveries,
    fullName,
    mayReadGit: (repository, username, password) => mayReadGit(server, repository, username, password),
    connection: (token) => ({
      authMethod: "token",
      settings: { giteaUrl: options.baseUrl },
      secrets: { accessToken: token },
    }),
    connections: {
      oauth: (token) => ({
        authMethod: "oauth",
        settings: { giteaUrl: options.baseUrl, clientId: CLIENT.id },
        secrets: { clientSecret: CLIENT.secret, accessToken: token },
      }),
    },
    scopes: ["read:user", "read:organization", "write:repository"],
  };
};

type Server = SimulateOptions & { version: string };

function fullName(repository: WorldRepository): string | null {
  return repository.owner.includes("/") ? null : fullNameOf(repository);
}

const everyRoute = [...routes, ...requestRoutes, ...commitRoutes];

function respond(server: Server, request: Request, body: Record<string, unknown>): Response {
  const url = new URL(request.url);
  const base = new URL(server.baseUrl).pathname.replace(/\/$/, "");
  const path = url.pathname.startsWith(`${base}/api/v1/`)
    ? url.pathname.slice(`${base}/api/v1/`.length)
    : null;
  if (path === null) return html(url.pathname === `${base}/` ? 200 : 404);
  const asker = askerOf(server.world, request.headers.get("authorization"), now(server));
  if (asker === "refused")
    return sent(server.baseUrl, failure(401, "user does not exist [uid: 0, name: , keyid: 0]"));
  const found = answer({ server, url, asker, body }, request.method, path);
  return found ? sent(server.baseUrl, found) : noRoute();
}

function noRoute(): Response {
  return new Response("404 page not found\n", { status: 404, headers: { "content-type": "text/plain" } });
}

function now(server: Server): Date {
  return server.now?.() ?? new Date();
}

/** Null for a path that is no route. */
function answer(given: Omit<Call, "parts">, method: string, path: string): Answer | null {
  const found = everyRoute.flatMap((route) => {
    const parts = route.path.exec(path)?.slice(1).map(decoded);
    const call = { ...given, parts: parts ?? [] };
    return parts && (route.since?.(call) ?? true) ? [{ route, call }] : [];
  });
  if (found.length === 0) return null;
  const one = found.find(({ route }) => (route.method ?? "GET") === method);
  if (!one) return failure(405, "Method Not Allowed");
  const { route, call } = one;
  return (route.scopes && denial(call, route.scopes, route.open ?? false)) || route.answer(call);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}

/** `open` routes are for everybody, but a token that is sent must still fit. */
function denial({ server, asker }: Omit<Call, "parts">, scopes: string[], open: boolean): Answer | undefined {
  if (!asker) return open ? undefined : failure(401, "token is required");
  return holds(asker, scopes) ? undefined : failure(403, tooNarrow(server.version, scopes, asker));
}

function tooNarrow(version: string, scopes: string[], asker: Asker): string {
  const text = "token does not have at least one of required scope(s)";
  const minor = Number(/^1\.(\d+)/.exec(version)?.[1] ?? 0);
  return minor >= 23
    ? `${text}, required=[${scopes.join(" ")}], token scope=${asker.scopes.join(",")}`
    : `${text}: [${scopes.join(" ")}]`;
}

function mayReadGit(
  server: Server,
  repository: WorldRepository,
  username: string | null,
  password: string | null,
): boolean {
  if (username === null && password === null) return !repository.private;
  const asker = basicAsker(server.world, { username: username ?? "", password: password ?? "" }, now(server));
  if (!asker || !holds(asker, ["read:repository"])) return false;
  return found(server.world, repository, asker.login);
}
