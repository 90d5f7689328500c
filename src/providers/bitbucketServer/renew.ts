import type { Session } from "@/providers/bitbucketServer/api";
import { applicationOf, endpointsOf } from "@/providers/bitbucketServer/authorization";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import { refreshGrant } from "@/providers/kit/oauth2";
import { refreshTokenOf } from "@/providers/kit/oauth2-client";
import type { Grant } from "@/providers/provider";

/**
 * The next pair of tokens. Both tokens before end with it, so the answer must not be lost.
 * @throws Fault as `Provider.renew`
 */
export async function renew(session: Session): Promise<Grant> {
  const { settings, secrets } = session;
  const refreshToken = refreshTokenOf(HOST, secrets.refreshToken);
  const extra: Record<string, string> = settings.redirectUri ? { redirect_uri: settings.redirectUri } : {};
  return refreshGrant(session, endpointsOf(session), applicationOf(session), refreshToken, extra);
}
