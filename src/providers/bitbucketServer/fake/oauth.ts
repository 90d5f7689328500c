import { type AuthorizationServer, authorizationServer } from "@/providers/simulator/authorization-server";
import type { SimulateOptions } from "@/providers/simulator/simulated";

const scopes = [
  "PUBLIC_REPOS",
  "ACCOUNT_WRITE",
  "REPO_READ",
  "REPO_WRITE",
  "REPO_ADMIN",
  "PROJECT_ADMIN",
  "ADMIN_WRITE",
  "SYSTEM_ADMIN",
];

/**
 * The OAuth 2.0 provider of the server, as its own page of documentation has it: tokens of two hours, a refresh ends
 * both tokens before and names the redirect address and the secret again.
 */
export function oauthOf(server: SimulateOptions): AuthorizationServer {
  const provider = authorizationServer({
    world: server.world,
    baseUrl: server.baseUrl,
    paths: {
      authorize: "/rest/oauth2/latest/authorize",
      token: "/rest/oauth2/latest/token",
      revoke: "/rest/oauth2/latest/revoke",
    },
    clientIn: "body",
    pkce: true,
    rotates: true,
    refreshEndsAccess: true,
    lifetime: 7200,
    refreshLifetime: 90 * 24 * 3600,
    scopes,
    grants: ["authorization_code", "refresh_token"],
    login: "acme-bot",
    now: () => server.now?.() ?? new Date(),
  });
  return {
    get granted() {
      return provider.granted;
    },
    respond: async (request) => (await unnamed(request)) ?? provider.respond(request),
  };
}

/** A refresh that does not name the redirect address is none. */
async function unnamed(request: Request): Promise<Response | null> {
  if (request.method !== "POST" || !request.url.endsWith("/rest/oauth2/latest/token")) return null;
  const params = new URLSearchParams(await request.clone().text());
  if (params.get("grant_type") !== "refresh_token" || params.has("redirect_uri")) return null;
  const error_description = "Missing required parameter: redirect_uri";
  return Response.json({ error: "invalid_request", error_description }, { status: 400 });
}

/** Incoming links with OAuth 2 came with 7.20; before, there is nothing at these paths. */
export function hasOAuth({ version = "9.4.0" }: SimulateOptions): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 7 || (major === 7 && minor >= 20);
}
