import { errorMappingOf, HOST } from "@/providers/gitlab/error-mapping";
import type { Secrets, Settings } from "@/providers/gitlab/settings";
import { baseText, baseUrl } from "@/providers/kit/base-url";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization, ProviderSession } from "@/providers/provider";

/** Slipway only reads. `api`, which would let it write, is never requested. */
const SCOPE = "read_api read_repository";

/** Sign in on GitLab and permit an application that is registered there. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin({ settings, secrets }, request) {
    const client = applicationOf(settings, secrets);
    return authorizeLink(endpointsOf(settings), client, request, { scope: SCOPE });
  },
  async complete(session, answer) {
    const { settings, secrets } = session;
    const client = applicationOf(settings, secrets);
    const grant = await exchangeCode(session, endpointsOf(settings), client, answer);
    // A refresh has to send the redirect URI of this flow, even if Slipway has another one by then.
    return { ...grant, settings: { ...grant.settings, redirectUri: answer.redirectUri } };
  },
  issuer: ({ gitlabUrl }) => baseText(baseUrl(gitlabUrl)),
};

/** The browser goes to the public address, Slipway itself to the internal one; both keep their sub-path. */
export function endpointsOf({ gitlabUrl, gitlabInternalUrl }: Settings): OAuthEndpoints {
  const server = baseUrl(gitlabInternalUrl ?? gitlabUrl);
  return {
    errorMapping: errorMappingOf("oauth"),
    authorizeUrl: new URL("oauth/authorize", baseUrl(gitlabUrl)),
    tokenUrl: new URL("oauth/token", server),
    revokeUrl: new URL("oauth/revoke", server),
    clientIn: "body",
    pkce: true,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function applicationOf(
  settings: ProviderSession<Settings, Secrets>["settings"],
  secrets: Secrets,
): OAuthClient {
  return clientOf(HOST, settings.applicationId, secrets.secret);
}
