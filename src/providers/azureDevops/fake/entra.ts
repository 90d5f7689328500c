import { type AuthorizationServer, authorizationServer } from "@/providers/simulator/authorization-server";
import type { SimulateOptions } from "@/providers/simulator/simulated";

export const AUTHORITY = "https://login.microsoftonline.com";
/** The tenant that the organization is connected to. */
export const TENANT = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";

const resource = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/**
 * Microsoft's sign-in, as the documentation of its platform (v2.0) has it: one tenant and the world's clients.
 * @param baseUrl another address that leads to it
 */
export function entraOf(server: SimulateOptions, baseUrl = AUTHORITY): AuthorizationServer {
  const tenant = authorizationServer({
    world: server.world,
    baseUrl,
    paths: { authorize: `/${TENANT}/oauth2/v2.0/authorize`, token: `/${TENANT}/oauth2/v2.0/token` },
    clientIn: "both",
    pkce: true,
    // A refresh token is replaced by a new one in each answer, and stays good.
    rotates: "keeps",
    lifetime: 3599,
    refreshLifetime: 90 * 24 * 3600,
    scopes: [resource, "offline_access"],
    // One resource at a time, by its permitted scopes.
    grantScopes: (asked) =>
      asked.includes(resource) ? ["vso.code", "vso.project", "vso.code_status"] : null,
    grants: ["authorization_code", "refresh_token", "client_credentials"],
    login: "acme-bot",
    now: () => server.now?.() ?? new Date(),
    prefix: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.",
    extra: { ext_expires_in: 3599 },
    wording,
  });
  return {
    get granted() {
      return tenant.granted;
    },
    respond: async (request) => (await tenant.respond(request.clone())) ?? unknownTenant(),
  };
}

function unknownTenant(): Response {
  const error_description =
    "AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID.";
  return Response.json(
    { error: "invalid_request", error_description, error_codes: [90_002] },
    { status: 400 },
  );
}

const told: Record<string, { status: number; error_description: string }> = {
  invalid_client: { status: 401, error_description: "AADSTS7000215: Invalid client secret provided." },
  invalid_grant: {
    status: 400,
    error_description: "AADSTS700082: The refresh token has expired due to inactivity.",
  },
  invalid_scope: {
    status: 400,
    error_description: "AADSTS70011: The provided value for scope is not valid.",
  },
};

function wording(error: string) {
  return { error, ...(told[error] ?? { status: 400, error_description: "AADSTS900144: Bad request." }) };
}
