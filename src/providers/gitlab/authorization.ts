import { errorMappingOf, HOST } from "@/providers/gitlab/error-mapping";
import { askedScope } from "@/providers/gitlab/scopes";
import type { Secrets, Settings } from "@/providers/gitlab/settings";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization, HostSession } from "@/providers/provider";

/** Sign in on GitLab and permit an application that is registered there. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin(session, request) {
    const client = applicationOf(session.settings, session.secrets);
    return authorizeLink(endpointsOf(session), client, request, {
      scope: askedScope(session.settings.scopes),
    });
  },
  async complete(session, answer) {
    const client = applicationOf(session.settings, session.secrets);
    const grant = await exchangeCode(session, endpointsOf(session), client, answer);
    // A refresh has to send the redirect URI of this flow, even if Slipway has another one by then.
    return { ...grant, settings: { ...grant.settings, redirectUri: answer.redirectUri } };
  },
  issuer: ({ gitlabUrl }) => gitlabUrl,
};

/** The browser goes to the public address, Slipway itself to the internal one; both keep their sub-path. */
export function endpointsOf({
  base,
  settings,
}: Pick<HostSession<Settings, Secrets>, "base" | "settings">): OAuthEndpoints {
  return {
    errorMapping: errorMappingOf("oauth"),
    authorizeUrl: new URL(`${settings.gitlabUrl}/oauth/authorize`),
    tokenUrl: new URL("oauth/token", base),
    revokeUrl: new URL("oauth/revoke", base),
    clientIn: "body",
    pkce: true,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function applicationOf(
  settings: HostSession<Settings, Secrets>["settings"],
  secrets: Secrets,
): OAuthClient {
  return clientOf(HOST, settings.applicationId, secrets.secret);
}
