import { Fault } from "@/lib/fault";
import { type ServerApi, type Session, serverApi } from "@/providers/bitbucketServer/api";
import { errorMappingOf, HOST } from "@/providers/bitbucketServer/error-mapping";
import { askedScope } from "@/providers/bitbucketServer/scopes";
import type { Secrets, Settings } from "@/providers/bitbucketServer/settings";
import { authorizeLink, exchangeCode, type OAuthClient, type OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { Authorization } from "@/providers/provider";

/** Sign in on the server and permit an incoming application link. It names no issuer in its answer. */
export const authorization: Authorization<Settings, Secrets> = {
  async begin(session, request) {
    const client = applicationOf(session);
    await assertOAuth(serverApi(session));
    const scope = askedScope(session.settings.scopes);
    return authorizeLink(endpointsOf(session), client, request, { scope });
  },
  async complete(session, answer) {
    const grant = await exchangeCode(session, endpointsOf(session), applicationOf(session), answer);
    // A refresh has to send the redirect URI of this flow, even if Slipway has another one by then.
    return { ...grant, settings: { ...grant.settings, redirectUri: answer.redirectUri } };
  },
};

/** The browser goes to the public address, Slipway itself to the internal one; both keep their sub-path. */
export function endpointsOf({ base, settings }: Pick<Session, "base" | "settings">): OAuthEndpoints {
  return {
    errorMapping: errorMappingOf("oauth"),
    authorizeUrl: new URL(`${settings.bitbucketServerUrl}/rest/oauth2/latest/authorize`),
    tokenUrl: new URL("rest/oauth2/latest/token", base),
    revokeUrl: new URL("rest/oauth2/latest/revoke", base),
    clientIn: "body",
    pkce: true,
  };
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function applicationOf({ settings, secrets }: Pick<Session, "settings" | "secrets">): OAuthClient {
  return clientOf(HOST, settings.clientId, secrets.clientSecret);
}

/** Application links with OAuth 2 came with 7.20. */
const since = { major: 7, minor: 20 };

/**
 * Ask the server, without a credential, whether it knows OAuth 2. A server without a version is assumed to know it.
 * @throws Fault `unsupported` reason `oauth_too_old`
 */
export async function assertOAuth(api: Pick<ServerApi, "properties">): Promise<void> {
  const { version } = await api.properties();
  if (knowsOAuth(version)) return;
  throw new Fault("unsupported", { code: "oauth_too_old", params: { host: HOST, version } });
}

export function knowsOAuth(version: string): boolean {
  const [, major, minor] = /^(\d{1,4})\.(\d{1,4})/.exec(version) ?? [];
  if (major === undefined) return true;
  return Number(major) > since.major || (Number(major) === since.major && Number(minor) >= since.minor);
}
