import { type AuthorizationServer, authorizationServer } from "@/providers/simulator/authorization-server";
import type { SimulateOptions } from "@/providers/simulator/simulated";

/** What is ticked at the simulated consumer. */
export const CONSUMER_SCOPES = ["account", "repository", "webhook", "pullrequest", "pullrequest:write"];

/** Bitbucket Cloud as an OAuth 2.0 provider. A token has all scopes of its consumer, whatever was asked for. */
export function oauthOf({ world, baseUrl, now }: SimulateOptions): AuthorizationServer {
  return authorizationServer({
    world,
    baseUrl,
    paths: { authorize: "/site/oauth2/authorize", token: "/site/oauth2/access_token" },
    clientIn: "header",
    pkce: false,
    rotates: false,
    lifetime: 7200,
    scopes: CONSUMER_SCOPES,
    grantScopes: () => CONSUMER_SCOPES,
    grants: ["authorization_code", "refresh_token", "client_credentials"],
    login: "acme-bot",
    now: now ?? (() => new Date()),
    extra: { scopes: CONSUMER_SCOPES.join(" "), state: "authorization_code" },
    wording,
  });
}

/** Words seen at the token endpoint; those of RFC 6749 are not always kept to. */
function wording(error: string, grant: string | null) {
  if (error === "invalid_client")
    return {
      status: 400,
      error: "unauthorized_client",
      error_description: "Requests must be authenticated using OAuth client credentials",
    };
  if (error !== "invalid_grant") return { error };
  return grant === "refresh_token"
    ? { error: "invalid_request", error_description: "Invalid refresh_token" }
    : { error, error_description: "The specified code is not valid." };
}
