import type { Session } from "@/providers/gitea/api";
import { errorMapping, grantErrorMapping } from "@/providers/gitea/error-mapping";
import { askedScopes } from "@/providers/gitea/scopes";
import type { Secrets, Settings } from "@/providers/gitea/settings";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization } from "@/providers/provider";

/** Sign in on the server and permit an application that is registered there. It names no issuer in its answer. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin(session, request) {
    const scope = askedScopes(session.settings.scopes).asked.join(" ");
    return authorizeLink(endpointsOf(session), applicationOf(session), request, { scope });
  },
  async complete(session, answer) {
    return exchangeCode(session, endpointsOf(session), applicationOf(session), answer);
  },
};

/** The browser goes to the public address, Slipway itself to the internal one; both keep their sub-path. */
export function endpointsOf({ base, settings }: Pick<Session, "base" | "settings">): OAuthEndpoints {
  return {
    errorMapping: grantErrorMapping,
    authorizeUrl: new URL(`${settings.giteaUrl}/login/oauth/authorize`),
    tokenUrl: new URL("login/oauth/access_token", base),
    clientIn: "body",
    pkce: true,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function applicationOf({ settings, secrets }: Pick<Session, "settings" | "secrets">): OAuthClient {
  return clientOf(errorMapping.host, settings.clientId, secrets.clientSecret);
}
