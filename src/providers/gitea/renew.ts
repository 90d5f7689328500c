import type { Session } from "@/providers/gitea/api";
import { applicationOf, endpointsOf } from "@/providers/gitea/authorization";
import { errorMapping } from "@/providers/gitea/error-mapping";
import { refreshGrant } from "@/providers/kit/oauth2";
import { refreshTokenOf } from "@/providers/kit/oauth2-client";
import type { Grant } from "@/providers/provider";

/**
 * The next pair of tokens. Forgejo takes a refresh token once; Gitea takes the old one again, unless the server is set
 * otherwise, which nothing tells.
 * @throws Fault as `Provider.renew`
 */
export async function renew(session: Session): Promise<Grant> {
  const refreshToken = refreshTokenOf(errorMapping.host, session.secrets.refreshToken);
  return refreshGrant(session, endpointsOf(session), applicationOf(session), refreshToken);
}
