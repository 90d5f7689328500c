import { commitRoutes } from "@/providers/bitbucket/fake/commits";
import { bitbucketDeliveries, hookAnswer } from "@/providers/bitbucket/fake/hooks";
import { uuidOf } from "@/providers/bitbucket/fake/json";
import { CONSUMER_SCOPES, oauthOf } from "@/providers/bitbucket/fake/oauth";
import { type Answer, type Asker, addresses, type Call, failure } from "@/providers/bitbucket/fake/page";
import { requestRoutes } from "@/providers/bitbucket/fake/pull-requests";
import { holds, type Route, removedPaths, routes, sees } from "@/providers/bitbucket/fake/routes";
import { sentJson } from "@/providers/simulator/hooks";
import { CLIENT } from "@/providers/simulator/seed";
import type { Simulate, SimulateOptions } from "@/providers/simulator/simulated";
import { fullNameOf, type WorldRepository, type WorldToken } from "@/providers/simulator/world";

const ALL_SCOPES = [
  "read:user:bitbucket",
  "read:workspace:bitbucket",
  "read:repository:bitbucket",
  "read:webhook:bitbucket",
  "write:webhook:bitbucket",
  "read:pullrequest:bitbucket",
  "write:pullrequest:bitbucket",
];

const ACCESS_TOKEN_SCOPES = ["repository", "webhook", "pullrequest", "pullrequest:write"];

/** Bitbucket Cloud over a seeded world, written from its documentation of the REST API (2.0) and of OAuth consumers. */
export const simulate: Simulate = (server) => {
  const oauth = oauthOf(server);
  const answered = async (request: Request) =>
    (await oauth.respond(request.clone())) ?? respond(server, request, await sentJson(request.clone()));
  return { ...simulated(server), respond: answered };
};

const simulated = (server: SimulateOptions): Omit<ReturnType<Simulate>, "respond"> => ({
  fullName: (repository) => (holds(repository) ? fullNameOf(repository) : null),
  idOf: (repository) => uuidOf(repository.id),
  // The workspaces first, then the repositories of the first one.
  firstPageRequests: 2,
  mayReadGit: (repository, username, password) => mayReadGit(server, repository, username, password),
  deliveries: (repository, event) => bitbucketDeliveries(server, repository, event),
  connection: (token) => ({
    authMethod: "apiToken",
    settings: { bitbucketUrl: server.baseUrl, bitbucketEmail: emailOf(server, token) },
    secrets: { apiToken: token },
  }),
  connections: {
    oauth: (token) => ({
      authMethod: "oauth",
      settings: { bitbucketUrl: server.baseUrl, clientId: CLIENT.id },
      secrets: { clientSecret: CLIENT.secret, accessToken: token },
    }),
  },
  scopes: ALL_SCOPES,
});

function emailOf({ world }: SimulateOptions, token: string): string {
  return `${world.tokens.find((one) => one.value === token)?.login ?? "nobody"}@example.com`;
}

function respond(server: SimulateOptions, request: Request, body: Record<string, unknown>): Response {
  const url = new URL(request.url);
  const root = `${new URL(addresses({ server }).api).pathname}/`;
  if (!url.pathname.startsWith(root)) return page(url);
  const asker = askerOf(server, request.headers.get("authorization"));
  const path = url.pathname.slice(root.length);
  const { method } = request;
  const answer =
    asker === "refused"
      ? failure(401, refusalOf(server, request.headers.get("authorization")))
      : (hookAnswer({ server, url, asker, method, body }, path) ??
        answerTo({ server, url, asker, method, body }, path));
  const headers = asker && asker !== "refused" ? { "x-oauth-scopes": asker.scopes.join(", ") } : undefined;
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  return Response.json(answer.body, { status: answer.status, headers });
}

/** The web pages; their content does not matter. */
function page(url: URL): Response {
  const body = "<!DOCTYPE html><html><head><title>Bitbucket</title></head><body></body></html>";
  const status = url.pathname.endsWith("/") ? 200 : 404;
  return new Response(body, { status, headers: { "content-type": "text/html; charset=utf-8" } });
}

/** What an `Authorization` header means: an asker, nobody, or a credential that is refused. */
function askerOf(server: SimulateOptions, header: string | null): Asker | null | "refused" {
  if (header === null) return null;
  const [scheme = "", text = ""] = header.split(" ");
  if (/^bearer$/i.test(scheme))
    return withToken(server, "accessToken", text) ?? withToken(server, "oauth", text) ?? "refused";
  const [name = "", ...password] = Buffer.from(text, "base64").toString().split(":");
  const found = withToken(server, "apiToken", password.join(":"));
  // App passwords came with the user name, and are no more.
  return found && name === `${found.login}@example.com` ? found : "refused";
}

function withToken(server: SimulateOptions, kind: Asker["kind"], text: string | null): Asker | null {
  const token = server.world.tokens.find((one) => one.value === text);
  if (!token || kindOf(token) !== kind || isOver(server, token)) return null;
  const all = { apiToken: ALL_SCOPES, accessToken: ACCESS_TOKEN_SCOPES, oauth: CONSUMER_SCOPES }[kind];
  return { login: token.login, kind, scopes: token.scopes ?? all };
}

/** Only what a consumer was given is told to be over. */
function refusalOf(server: SimulateOptions, header: string | null): string {
  const token = server.world.tokens.find((one) => header === `Bearer ${one.value}`);
  if (token?.client) return "Access token expired. Use your refresh token to obtain a new access token.";
  return "Token is invalid, expired, or not supported for this endpoint.";
}

/** Tokens of repositories, projects and workspaces are told by their beginning. */
function kindOf({ value, client }: WorldToken): Asker["kind"] {
  if (client) return "oauth";
  return value.startsWith("ATCTT") ? "accessToken" : "apiToken";
}

function isOver(server: SimulateOptions, { expiresOn }: WorldToken): boolean {
  const now = server.now?.() ?? new Date();
  return expiresOn !== undefined && Date.parse(expiresOn) <= now.getTime();
}

function answerTo(call: Omit<Call, "parts">, path: string): Answer {
  if (removedPaths.test(path)) return failure(410, "CHANGE-2770 - Functionality has been deprecated");
  const there = [...routes, ...commitRoutes, ...requestRoutes].filter((route) => route.path.test(path));
  const route = there.find((one) => call.method === (one.method ?? "GET"));
  if (!route)
    return there.length > 0 ? failure(405, "Method not allowed") : failure(404, "Resource not found");
  const parts = route.path.exec(path)?.slice(1).map(decoded) ?? [];
  return denial(call.asker, route) ?? route.answer({ ...call, parts });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}

function denial(asker: Asker | null, route: Route): Answer | null {
  if (!asker) return route.open ? null : failure(401, "This resource requires authentication.");
  if (asker.kind === "accessToken" && route.personal)
    return failure(403, "This token is not supported for this endpoint.");
  const required = asker.kind === "apiToken" ? route.scope : classic(route.scope);
  if (asker.scopes.includes(required)) return null;
  const detail = { required: [required], granted: asker.scopes };
  return failure(403, "Your credentials lack one or more required privilege scopes.", detail);
}

/** The older names, which consumers and access tokens have. */
function classic(scope: string): string {
  if (scope.includes(":pullrequest:"))
    return scope.startsWith("write:") ? "pullrequest:write" : "pullrequest";
  return /^read:(?:user|workspace):/.test(scope) ? "account" : "repository";
}

/** Each kind of token has a user name of its own; the e-mail address does not work for git. */
function mayReadGit(
  server: SimulateOptions,
  repository: WorldRepository,
  username: string | null,
  password: string | null,
): boolean {
  if (username === null && password === null) return !repository.private;
  const person = withToken(server, "apiToken", password);
  const asker = person ?? withToken(server, "accessToken", password) ?? withToken(server, "oauth", password);
  const names = person ? ["x-bitbucket-api-token-auth", person.login] : ["x-token-auth"];
  if (!asker || !names.includes(username ?? "")) return false;
  const scope = person ? "read:repository:bitbucket" : "repository";
  return asker.scopes.includes(scope) && sees(server.world, asker, repository);
}
