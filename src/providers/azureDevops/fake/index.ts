import { commitRoutes } from "@/providers/azureDevops/fake/commits";
import { AUTHORITY, entraOf, TENANT } from "@/providers/azureDevops/fake/entra";
import { azureDeliveries, hookAnswer } from "@/providers/azureDevops/fake/hooks";
import { guidOf } from "@/providers/azureDevops/fake/json";
import { requestRoutes } from "@/providers/azureDevops/fake/requests";
import { type Answer, failure, holds, routes, sees } from "@/providers/azureDevops/fake/routes";
import { SERVICES } from "@/providers/azureDevops/settings";
import { sentJson } from "@/providers/simulator/hooks";
import { CLIENT } from "@/providers/simulator/seed";
import type { Simulate, Simulated, SimulateOptions } from "@/providers/simulator/simulated";
import { fullNameOf, type WorldRepository } from "@/providers/simulator/world";

/**
 * One organization of Azure DevOps over a seeded world, written from the description of its REST API (7.1). Its
 * projects are the world's organizations and people.
 */
export const simulate: Simulate = (server) => {
  const entra = entraOf(server);
  const answer = async (request: Request) =>
    new URL(request.url).origin === AUTHORITY
      ? entra.respond(request)
      : respond(server, request, await sentJson(request.clone()));
  return { ...simulated(server), respond: async (request) => (await answer(request)) ?? page(404, {}) };
};

/** Microsoft's sign-in alone, as a host of its own at another address than the public one. */
export const simulateEntra: Simulate = (server) => {
  const entra = entraOf(server, server.baseUrl);
  return {
    ...simulated(server),
    respond: async (request) => (await entra.respond(request)) ?? page(404, {}),
  };
};

const simulated = (server: SimulateOptions): Omit<Simulated, "respond"> => ({
  fullName: (one) => (holds(one) ? fullNameOf(one) : null),
  idOf: (one) => guidOf(one.id),
  webPath: gitPath,
  gitPath,
  isPrivate: () => true,
  mayReadGit: (one, _username, password) => {
    const login = loginOf(server, password);
    return login !== null && sees(server.world, login, one);
  },
  deliveries: (repository, event) => azureDeliveries(server, repository, event),
  connection: (token) => ({
    authMethod: "token",
    settings: settingsOf(server),
    secrets: { accessToken: token },
  }),
  // Only Services know Entra.
  oauthSettings: {
    azureDevopsUrl: SERVICES,
    organizationName: new URL(server.baseUrl).pathname.split("/").filter(Boolean).at(-1),
  },
  connections: {
    oauth: (token) => ({ authMethod: "oauth", ...registered(server, token) }),
    servicePrincipal: (token) => ({ authMethod: "servicePrincipal", ...registered(server, token) }),
  },
  scopes: ["Code (Read)", "Project and Team (Read)", "Code (Status)"],
});

function registered(server: SimulateOptions, token: string) {
  return {
    settings: { ...settingsOf(server), tenantId: TENANT, clientId: CLIENT.id },
    secrets: { clientSecret: CLIENT.secret, accessToken: token },
  };
}

function gitPath({ owner, name }: WorldRepository): string {
  return `${encodeURIComponent(owner)}/_git/${encodeURIComponent(name)}`;
}

/** The last part of the base address is the organization, or the collection. */
function settingsOf(server: SimulateOptions): Record<string, unknown> {
  const { origin, pathname } = new URL(server.baseUrl);
  const parts = pathname.split("/").filter(Boolean);
  const above = parts.slice(0, -1).map((part) => `/${part}`);
  return { azureDevopsUrl: `${origin}${above.join("")}`, organizationName: parts.at(-1) ?? null };
}

function respond(server: SimulateOptions, request: Request, body: Record<string, unknown>): Response {
  const url = new URL(request.url);
  const root = server.baseUrl.replace(/\/$/, "");
  const base = new URL(`${root}/`).pathname;
  if (!url.pathname.startsWith(base) || !url.pathname.includes("/_apis/")) return page(404, {});
  const header = request.headers.get("authorization");
  const login = header === null ? null : loginOf(server, passwordIn(header) ?? bearerIn(server, header));
  if (login === null) return refused(request, root);
  const call = { server, root, url, login, body };
  const path = url.pathname.slice(base.length);
  const hooks = hookAnswer(server, { method: request.method, path, body, login });
  return sent(hooks ?? answerTo(call, request.method, path));
}

/** Without the header that asks for a refusal, a browser is thought of. */
function refused(request: Request, root: string): Response {
  if (!request.headers.has("x-tfs-fedauthredirect"))
    return page(302, { location: `${root}/_signin?realm=dev` });
  return page(401, { "www-authenticate": 'Basic realm="https://tfsprodweu3.visualstudio.com/"' });
}

const MARKS = { "x-tfs-processid": guidOf(7), "x-vss-e2eid": guidOf(8) };

function page(status: number, headers: Record<string, string>): Response {
  const body =
    "<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head><body></body></html>";
  return new Response(body, {
    status,
    headers: { "content-type": "text/html; charset=utf-8", ...MARKS, ...headers },
  });
}

function sent({ status, body, headers }: Answer): Response {
  const type = "application/json; charset=utf-8; api-version=7.1";
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": type, ...MARKS, ...headers },
  });
}

/** Any user name goes. */
function passwordIn(header: string): string | null {
  const text = /^Basic (.+)$/i.exec(header)?.[1];
  if (text === undefined) return null;
  return Buffer.from(text, "base64").toString().split(":").slice(1).join(":");
}

/** Only what Entra gave goes without a user name. */
function bearerIn({ world }: SimulateOptions, header: string): string | null {
  const value = /^Bearer (.+)$/i.exec(header)?.[1];
  return world.tokens.find((one) => one.value === value && one.client)?.value ?? null;
}

function loginOf(server: SimulateOptions, value: string | null): string | null {
  const token = server.world.tokens.find((one) => one.value === value);
  const now = server.now?.() ?? new Date();
  const isOver = token?.expiresOn !== undefined && Date.parse(token.expiresOn) <= now.getTime();
  return token && !isOver ? token.login : null;
}

type Asked = Omit<Parameters<(typeof routes)[number]["answer"]>[0], "parts">;

const everyRoute = [...routes, ...requestRoutes, ...commitRoutes];

function answerTo(call: Asked, method: string, path: string): Answer {
  const isVersioned = /^\d\.\d/.test(call.url.searchParams.get("api-version") ?? "");
  if (!isVersioned) return failure(400, "No api-version was supplied.", "VssVersionNotSpecifiedException");
  const found = everyRoute.flatMap((route) => {
    const parts = route.path.exec(path)?.slice(1).map(decoded);
    return parts ? [{ route, parts }] : [];
  });
  const one = found.find(({ route }) => (route.method ?? "GET") === method);
  if (one) return one.route.answer({ ...call, parts: one.parts });
  if (found.length > 0) return failure(405, "The requested resource does not support this method.", "");
  return failure(404, "The controller for path was not found.", "HttpException");
}

/** Undefined for a part that the path leaves out. */
function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? "");
  } catch {
    // A lone percent sign stands for itself.
    return part ?? "";
  }
}
