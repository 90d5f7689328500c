import { applicationOf, endpointsOf } from "@/providers/gitlab/authorization";
import { HOST } from "@/providers/gitlab/error-mapping";
import type { Secrets, Settings } from "@/providers/gitlab/settings";
import { refreshGrant } from "@/providers/kit/oauth2";
import { refreshTokenOf } from "@/providers/kit/oauth2-client";
import type { Grant, HostSession } from "@/providers/provider";

/**
 * The next pair of tokens. From then on GitLab refuses both tokens before, so the answer must not be lost.
 * @throws Fault as `Provider.renew`
 */
export async function renew(session: HostSession<Settings, Secrets>): Promise<Grant> {
  const { settings, secrets } = session;
  const refreshToken = refreshTokenOf(HOST, secrets.refreshToken);
  const extra: Record<string, string> = settings.redirectUri ? { redirect_uri: settings.redirectUri } : {};
  return refreshGrant(session, endpointsOf(session), applicationOf(settings, secrets), refreshToken, extra);
}
