import { appConnection } from "@/providers/github/fake/app-connection";
import { appPage } from "@/providers/github/fake/app-pages";
import { signedAnswer } from "@/providers/github/fake/app-routes";
import { appsOf, installationOfToken, reaches } from "@/providers/github/fake/apps";
import { commitRoutes } from "@/providers/github/fake/commits";
import { deliveryRoutes } from "@/providers/github/fake/deliveries";
import { deploymentRoutes } from "@/providers/github/fake/deployments";
import { hookAnswer } from "@/providers/github/fake/hooks";
import { githubDeliveries } from "@/providers/github/fake/outgoing";
import { type Answer, type Asker, base, type Call, failure } from "@/providers/github/fake/page";
import { requestRoutes } from "@/providers/github/fake/pull-requests";
import { type Route, routes, sees } from "@/providers/github/fake/routes";
import { sentJson } from "@/providers/simulator/hooks";
import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { fullNameOf, type WorldRepository, type WorldToken } from "@/providers/simulator/world";

const ALL_SCOPES = ["read:org", "repo"];
const VERSIONS = ["2022-11-28", "2026-03-10"];

/** GitHub as an Enterprise Server over a seeded world, written from its REST API description. */
export const simulate: Simulate = (server) => ({
  respond: async (request) => respond(server, request),
  fullName,
  mayReadGit: (repository, username, password) => mayReadGit(server, repository, username, password),
  deliveries: (repository, event) => githubDeliveries(server, repository, event),
  connection: (token) => ({
    authMethod: "token",
    settings: { githubUrl: server.baseUrl },
    secrets: { accessToken: token },
  }),
  connections: { app: (token) => appConnection(server, token) },
  scopes: ALL_SCOPES,
});

/** There are no sub-groups. */
function fullName(repository: WorldRepository): string | null {
  return repository.owner.includes("/") ? null : fullNameOf(repository);
}

async function respond(server: SimulateOptions, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const folder = `${new URL(base({ server })).pathname.replace(/\/$/, "")}/`;
  const root = `${folder}api/v3/`;
  if (!url.pathname.startsWith(root))
    return (await appPage(server, request, url.pathname.slice(folder.length), now(server))) ?? page(url);
  const path = decoded(url.pathname.slice(root.length));
  const body = request.method === "GET" ? {} : await sentJson(request.clone());
  const at = { server, host: { fullName }, url, resetsAt: resetsAt(server), body };
  const signed = signedAnswer(at, request, path, now(server));
  return signed ? sent(server, signed, {}) : answered(server, request, path, at);
}

function answered(
  server: SimulateOptions,
  request: Request,
  path: string,
  at: Omit<Call, "asker" | "parts">,
): Response {
  const header = request.headers.get("authorization");
  const installed = installedAsker(server, header);
  const token = installed ? null : tokenOf(server, header);
  if (token === "wrong") return sent(server, failure(401, "Bad credentials"), {});
  const asker = installed ?? (token ? askerOf(token) : null);
  const call = { ...at, asker };
  const answer =
    hookAnswer(call, { method: request.method, path, body: at.body }) ?? answerTo(request, path, call);
  return sent(server, answer, token ? told(token, asker) : {});
}

function sent(server: SimulateOptions, answer: Answer, headers: Record<string, string>): Response {
  const all = { ...common(server), ...headers, ...answer.headers };
  if (answer.status === 204) return new Response(null, { status: 204, headers: all });
  return Response.json(answer.body, { status: answer.status, headers: all });
}

function resetsAt(server: SimulateOptions): number {
  return Math.floor(now(server).getTime() / 1000) + 3600;
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

/** Null for what is no token of an installation, or no longer one. */
function installedAsker(server: SimulateOptions, header: string | null): Asker | null {
  const value = /^(?:Bearer|token) (\S+)$/i.exec(header ?? "")?.[1] ?? "";
  const found = installationOfToken(server.world, value, now(server));
  if (!found) return null;
  const { token, installation } = found;
  const app = appsOf(server.world).apps.find((one) => one.id === installation.appId);
  return {
    login: app?.slug ?? "",
    appId: installation.appId,
    scopes: null,
    permissions: Object.entries(token.permissions).flatMap(([name, level]) =>
      (level === "read" ? ["read"] : ["read", level]).map((each) => `${name}=${each}`),
    ),
    reach: (one) =>
      reaches(installation, one) && (token.repositoryIds === null || token.repositoryIds.includes(one.id)),
    token: value,
  };
}

function common(server: SimulateOptions): Record<string, string> {
  return {
    "content-type": "application/json; charset=utf-8",
    "x-github-request-id": "C0DE:1F2E:3D4C5B:6A7988:66F2A0B1",
    "x-github-enterprise-version": server.version ?? "3.19.1",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4987",
    "x-ratelimit-used": "13",
    "x-ratelimit-resource": "core",
    "x-ratelimit-reset": String(resetsAt(server)),
  };
}

/** What the answer's headers tell of the token that was used. */
function told({ expiresOn }: WorldToken, asker: Asker | null): Record<string, string> {
  const headers: Record<string, string> = {};
  if (expiresOn) headers["github-authentication-token-expiration"] = `${expiresOn} 00:00:00 UTC`;
  if (asker?.scopes) headers["x-oauth-scopes"] = asker.scopes.join(", ");
  return headers;
}

function answerTo(request: Request, path: string, call: Omit<Call, "parts">): Answer {
  const version = request.headers.get("x-github-api-version");
  if (version && !VERSIONS.includes(version)) return failure(400, "Unsupported 'X-GitHub-Api-Version'.");
  for (const route of [
    ...commitRoutes,
    ...deliveryRoutes,
    ...deploymentRoutes,
    ...routes,
    ...requestRoutes,
  ]) {
    const parts = request.method === (route.method ?? "GET") && route.path.exec(path)?.slice(1);
    if (!parts) continue;
    return (
      denial(call, route) ??
      route.answer({ ...call, parts: parts.map((part) => part ?? ""), isWrite: route.method !== undefined })
    );
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
  const { scopes, permissions, reach } = asker;
  if (route.only && route.only !== (reach ? "installations" : "people"))
    return failure(403, "Resource not accessible by integration");
  if (scopes && route.scopes && !route.scopes.some((name) => scopes.includes(name)))
    return failure(403, "You need at least one of the accepted scopes.", {
      "x-accepted-oauth-scopes": route.scopes.join(", "),
    });
  if (permissions && route.permission && !permissions.includes(route.permission))
    return failure(403, `Resource not accessible by ${reach ? "integration" : "personal access token"}`, {
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
  // The user name goes with every kind of token, and has to be there.
  const asker = installedAsker(server, `Bearer ${password}`) ?? (token && askerOf(token));
  if (!asker || !username) return false;
  if (asker.permissions && !asker.permissions.includes("contents=read")) return false;
  return sees({ server, host: { fullName }, asker }, repository);
}
