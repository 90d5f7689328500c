import { json } from "@/providers/gitlab/fake/page";
import { type AuthorizationServer, authorizationServer } from "@/providers/simulator/authorization-server";
import type { SimulateOptions } from "@/providers/simulator/simulated";
import type { WorldToken } from "@/providers/simulator/world";

/** Scopes that an application can be given (the table of authorized applications in GitLab's documentation). */
const known = [
  "api",
  "read_api",
  "read_user",
  "read_repository",
  "write_repository",
  "openid",
  "profile",
  "email",
];

/** GitLab as an OAuth 2.0 provider (doc/api/oauth2.md, and the Doorkeeper that it is made of). */
export function oauthOf(options: SimulateOptions): AuthorizationServer {
  const { world, baseUrl } = options;
  return authorizationServer({
    world,
    baseUrl,
    paths: { authorize: "/oauth/authorize", token: "/oauth/token", revoke: "/oauth/revoke" },
    // Its documentation sends them in the body; Basic is looked at first.
    clientIn: "both",
    pkce: true,
    rotates: true,
    onlyRefusesReuse: true,
    refreshEndsAccess: true,
    revokesOnlyLiving: true,
    lifetime: 7200,
    scopes: known,
    grants: ["authorization_code", "refresh_token", "client_credentials"],
    login: "acme-bot",
    now: options.now ?? (() => new Date()),
    extra: { created_at: Math.floor((options.now?.() ?? new Date()).getTime() / 1000) },
    wording: (error) => ({ error, error_description: words[error] ?? words.invalid_request }),
  });
}

const words: Record<string, string> = {
  invalid_request:
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.",
  invalid_client:
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  invalid_grant:
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  invalid_scope: "The requested scope is invalid, unknown, or malformed.",
  unsupported_grant_type: "The authorization grant type is not supported by the authorization server.",
};

/** `/oauth/token/info` knows tokens of applications only, and calls every other one a wrong request. */
export function tokenInfo({ world }: SimulateOptions, token: WorldToken | null, at: Date): Response {
  if (!token?.client)
    return json({ error: "invalid_request", error_description: words.invalid_request }, 400);
  const scope = token.scopes ?? ["api"];
  const seconds = token.expiresOn
    ? Math.max(0, Math.floor((Date.parse(token.expiresOn) - at.getTime()) / 1000))
    : null;
  return json({
    resource_owner_id: world.users.find((user) => user.login === token.login)?.id ?? null,
    scope,
    expires_in: seconds,
    application: { uid: token.client },
    created_at: 1_767_225_600,
    scopes: scope,
    expires_in_seconds: seconds,
  });
}
