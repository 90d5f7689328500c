import { consumerOf, endpointsOf } from "@/providers/bitbucket/authorization";
import type { Session } from "@/providers/bitbucket/credential";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { refreshGrant } from "@/providers/kit/oauth2";
import { refreshTokenOf } from "@/providers/kit/oauth2-client";
import type { Grant } from "@/providers/provider";

/** The next access token. The refresh token stays good. @throws Fault as `Provider.renew` */
export async function renew(session: Session): Promise<Grant> {
  const { settings, secrets } = session;
  const refreshToken = refreshTokenOf(HOST, secrets.refreshToken);
  return refreshGrant(session, endpointsOf(session.base), consumerOf(settings, secrets), refreshToken);
}
