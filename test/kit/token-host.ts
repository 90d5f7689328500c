import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { simulate } from "@/providers/gitlab/fake";
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  authorizationServer,
} from "@/providers/simulator/authorization-server";
import { CLIENT, seedWorld } from "@/providers/simulator/seed";
import type { World } from "@/providers/simulator/world";

const redirectUri = "http://localhost:3000/api/gitlab/callback";

/** A GitLab with an authorization server whose behaviour a test sets. */
export interface TokenHost {
  url: string;
  world: World;
  server: AuthorizationServer;
  /** Token requests that arrived, answered or not. */
  asked: number;
  /** Decides on a request before the host does: null lets it through, "drop" breaks the connection. */
  before: (request: Request) => Promise<Response | "drop" | null>;
  /** Like `before`, but after the host has answered: a result other than null replaces its answer. */
  after: (request: Request) => Promise<Response | "drop" | null>;
  respond(request: Request): Promise<Response | "drop">;
  /** The tokens of a person who authorizes Slipway. */
  authorize(): Promise<{ accessToken: string; refreshToken: string }>;
}

/** For tests: such a host in memory, at any address. */
export function tokenHost(url: string, changes: Partial<AuthorizationServerOptions> = {}): TokenHost {
  const world = { ...seedWorld(), clients: [{ ...CLIENT, redirectUris: [redirectUri] }] };
  const server = authorizationServer({
    world,
    baseUrl: url,
    paths: { authorize: "/oauth/authorize", token: "/oauth/token", revoke: "/oauth/revoke" },
    clientIn: "body",
    pkce: true,
    rotates: true,
    lifetime: 7200,
    scopes: ["api", "read_api", "read_repository"],
    grants: ["authorization_code", "refresh_token"],
    login: "acme-bot",
    now: () => new Date(),
    ...changes,
  });
  const gitlab = simulate({ world, baseUrl: url });
  const host: TokenHost = {
    url,
    world,
    server,
    asked: 0,
    before: async () => null,
    after: async () => null,
    async respond(request) {
      if (new URL(request.url).pathname.endsWith("/oauth/token")) host.asked += 1;
      const early = await host.before(request.clone());
      if (early) return early;
      const copy = request.clone();
      const answer = (await server.respond(request.clone())) ?? (await gitlab.respond(request));
      return (await host.after(copy)) ?? answer;
    },
    authorize: () => authorizeInBrowser(server, url),
  };
  return host;
}

async function authorizeInBrowser(server: AuthorizationServer, url: string) {
  const verifier = "v".repeat(43);
  const decision = new URLSearchParams({
    client_id: CLIENT.id,
    redirect_uri: redirectUri,
    response_type: "code",
    scope: "api",
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    decision: "allow",
  });
  const back = await server.respond(
    new Request(`${url}/oauth/authorize`, { method: "POST", body: decision.toString() }),
  );
  const code = new URL(back?.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const form = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: CLIENT.id,
    client_secret: CLIENT.secret,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
  const answer = await server.respond(
    new Request(`${url}/oauth/token`, { method: "POST", body: form.toString() }),
  );
  const tokens: Record<string, unknown> = JSON.parse((await answer?.text()) ?? "{}");
  return { accessToken: String(tokens.access_token), refreshToken: String(tokens.refresh_token) };
}

/** For tests: serve a host on loopback, for processes of their own. */
export async function serveTokenHost(
  changes: Partial<AuthorizationServerOptions> = {},
): Promise<TokenHost & { close(): void }> {
  let host: TokenHost | null = null;
  const server = createServer((req, res) => {
    if (host) answer(host, req, res).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  host = tokenHost(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, changes);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return Object.assign(host, { close });
}

async function answer(host: TokenHost, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
  const body = req.method === "POST" ? Buffer.concat(chunks) : undefined;
  const given = new Request(new URL(req.url ?? "/", host.url), { method: req.method, headers, body });
  const response = await host.respond(given);
  if (response === "drop") return void res.destroy();
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(Buffer.from(await response.arrayBuffer()));
}
