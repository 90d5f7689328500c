import { errorMappingOf, HOST } from "@/providers/bitbucket/error-mapping";
import type { Secrets, Settings } from "@/providers/bitbucket/settings";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization } from "@/providers/provider";

/** Sign in on Bitbucket and permit an OAuth consumer of a workspace. Its scopes are those of the consumer. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin({ base, settings, secrets }, request) {
    return authorizeLink(endpointsOf(base), consumerOf(settings, secrets), request, {});
  },
  async complete(session, answer) {
    const { base, settings, secrets } = session;
    return exchangeCode(session, endpointsOf(base), consumerOf(settings, secrets), answer);
  },
};

/** Not those of the other products of Atlassian. Nothing revokes a token. */
export function endpointsOf(base: URL): OAuthEndpoints {
  return {
    errorMapping: errorMappingOf("oauth"),
    authorizeUrl: new URL("site/oauth2/authorize", base),
    tokenUrl: new URL("site/oauth2/access_token", base),
    clientIn: "header",
    pkce: false,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function consumerOf({ clientId }: Settings, { clientSecret }: Secrets): OAuthClient {
  return clientOf(HOST, clientId, clientSecret);
}
