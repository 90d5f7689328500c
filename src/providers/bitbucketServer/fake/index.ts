import { commitRoutes } from "@/providers/bitbucketServer/fake/commits";
import { hookAnswer, serverDeliveries } from "@/providers/bitbucketServer/fake/hooks";
import { projectKeyOf } from "@/providers/bitbucketServer/fake/json";
import { hasOAuth, oauthOf } from "@/providers/bitbucketServer/fake/oauth";
import { type Answer, type Call, failure } from "@/providers/bitbucketServer/fake/page";
import { requestRoutes } from "@/providers/bitbucketServer/fake/requests";
import { holds, routes, sees } from "@/providers/bitbucketServer/fake/routes";
import { sentJson } from "@/providers/simulator/hooks";
import { CLIENT } from "@/providers/simulator/seed";
import type { Simulate, Simulated, SimulateOptions } from "@/providers/simulator/simulated";
import type { WorldRepository } from "@/providers/simulator/world";

/** A Bitbucket Data Center over a seeded world, written from the description of its REST API (9.4). */
export const simulate: Simulate = (server) => {
  const oauth = hasOAuth(server) ? oauthOf(server) : null;
  const answer = async (request: Request) =>
    (await oauth?.respond(request.clone())) ?? respond(server, request, await sentJson(request.clone()));
  return { ...simulated(server), respond: answer };
};

const simulated = (server: SimulateOptions): Omit<Simulated, "respond"> => ({
  fullName: (one) => (holds(one) ? `${projectKeyOf(server.world, one.owner)}/${one.name}` : null),
  webPath: (one) => `projects/${one.owner}/repos/${one.name}`,
  gitPath: (one) => `scm/${projectKeyOf(server.world, one.owner).toLowerCase()}/${one.name}.git`,
  listsPublic: true,
  mayReadGit: (one, username, password) => mayReadGit(server, one, username, password),
  deliveries: (repository, event) => serverDeliveries(server, repository, event),
  connection: (token) => ({
    authMethod: "token",
    settings: {
      bitbucketServerUrl: server.baseUrl,
      username: server.world.tokens.find((one) => one.value === token)?.login,
    },
    secrets: { accessToken: token },
  }),
  connections: {
    oauth: (token) => ({
      authMethod: "oauth",
      // The address that an administrator registered is the one of the flow.
      settings: {
        bitbucketServerUrl: server.baseUrl,
        clientId: CLIENT.id,
        redirectUri: server.world.clients?.[0]?.redirectUris[0] ?? null,
      },
      secrets: { clientSecret: CLIENT.secret, accessToken: token },
    }),
  },
  scopes: ["PROJECT_READ", "REPO_READ", "REPO_ADMIN"],
});

function respond(server: SimulateOptions, request: Request, body: Record<string, unknown>): Response {
  const url = new URL(request.url);
  const path = pathOf(server, url);
  if (path === null) return page(url);
  const header = request.headers.get("authorization");
  const login = header === null ? null : loginOf(server, header.replace(/^Bearer /i, ""));
  if (header !== null && login === null)
    return sent(
      failure(401, "The token is not valid.", "auth.IncorrectPasswordAuthenticationException"),
      null,
    );
  const call = { server, url, login, body };
  const answer = hookAnswer(call, { method: request.method, path }) ?? answerTo(call, request.method, path);
  return sent(answer, login);
}

/** Below the root of the REST API, or of that for builds, which lies beside it. */
function pathOf(server: SimulateOptions, url: URL): string | null {
  const root = `${new URL(server.baseUrl).pathname.replace(/\/$/, "")}/rest/`;
  if (!url.pathname.startsWith(root)) return null;
  const [, area, path] = /^(api|build-status)\/latest\/(.*)$/.exec(url.pathname.slice(root.length)) ?? [];
  return path === undefined ? null : area === "api" ? path : `${area}/${path}`;
}

function page(url: URL): Response {
  const body = "<!DOCTYPE html><html><head><title>Log in - Bitbucket</title></head><body></body></html>";
  const status = url.pathname.endsWith("/") ? 200 : 404;
  return new Response(body, { status, headers: { "content-type": "text/html;charset=UTF-8" } });
}

function sent(answer: Answer, login: string | null): Response {
  const headers = {
    "content-type": "application/json;charset=UTF-8",
    "x-arequestid": "@1H7Z4K2x600x11x0",
    ...(login === null ? {} : { "x-auserid": "11", "x-ausername": encodeURIComponent(login) }),
    ...answer.headers,
  };
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
}

function loginOf(server: SimulateOptions, value: string | null): string | null {
  const token = server.world.tokens.find((one) => one.value === value);
  const now = server.now?.() ?? new Date();
  const isOver = token?.expiresOn !== undefined && Date.parse(token.expiresOn) <= now.getTime();
  return token && !isOver ? token.login : null;
}

const everyRoute = [...routes, ...requestRoutes, ...commitRoutes];

function answerTo(call: Omit<Call, "parts">, method: string, path: string): Answer {
  const found = everyRoute.flatMap((route) => {
    const parts = route.path.exec(path)?.slice(1).map(decoded);
    return parts ? [{ route, parts }] : [];
  });
  const one = found.find(({ route }) => (route.method ?? "GET") === method);
  if (!one && found.length > 0) return failure(405, "Method Not Allowed", "MethodNotAllowedException");
  if (one && call.login === null && !one.route.open)
    return failure(401, "You are not permitted to access this resource", "AuthorisationException");
  if (one) return one.route.answer({ ...call, parts: one.parts });
  return failure(404, "null for uri", "NotFoundException");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone percent sign stands for itself.
    return part;
  }
}

/** A personal token goes with the name of its user only, that of an application link with a fixed one. */
function mayReadGit(
  server: SimulateOptions,
  one: WorldRepository,
  username: string | null,
  password: string | null,
): boolean {
  if (username === null && password === null) return !one.private;
  const login = loginOf(server, password);
  const isGrant = server.world.tokens.some((token) => token.value === password && token.client);
  return login !== null && username === (isGrant ? "x-token-auth" : login) && sees(server.world, login, one);
}
