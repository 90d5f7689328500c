import { errorMappingOf, HOST } from "@/providers/bitbucket/error-mapping";
import type { Secrets, Settings } from "@/providers/bitbucket/settings";
import { baseUrl } from "@/providers/kit/base-url";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization } from "@/providers/provider";

/** Sign in on Bitbucket and permit an OAuth consumer of a workspace. Its scopes are those of the consumer. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin({ settings, secrets }, request) {
    return authorizeLink(endpointsOf(settings), consumerOf(settings, secrets), request, {});
  },
  async complete(session, answer) {
    const { settings, secrets } = session;
    return exchangeCode(session, endpointsOf(settings), consumerOf(settings, secrets), answer);
  },
};

/** Not those of the other products of Atlassian. Nothing revokes a token. */
export function endpointsOf({ bitbucketUrl }: Settings): OAuthEndpoints {
  const server = baseUrl(bitbucketUrl);
  return {
    errorMapping: errorMappingOf("oauth"),
    authorizeUrl: new URL("site/oauth2/authorize", server),
    tokenUrl: new URL("site/oauth2/access_token", server),
    clientIn: "header",
    pkce: false,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function consumerOf({ clientId }: Settings, { clientSecret }: Secrets): OAuthClient {
  return clientOf(HOST, clientId, clientSecret);
}
