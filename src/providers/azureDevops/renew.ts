import type { Session } from "@/providers/azureDevops/api";
import { USER_SCOPE } from "@/providers/azureDevops/authorization";
import { endpointsOf, entra, RESOURCE, registrationOf } from "@/providers/azureDevops/entra";
import { clientGrant, refreshGrant } from "@/providers/kit/oauth2";
import { refreshTokenOf } from "@/providers/kit/oauth2-client";
import type { Grant } from "@/providers/provider";

/**
 * The next access token: of a person by their refresh token, of a service principal by its own secret, as often as
 * wanted.
 * @throws Fault as `Provider.renew`
 */
export async function renew(session: Session): Promise<Grant> {
  const { authMethod, settings, secrets } = session;
  const endpoints = endpointsOf(settings);
  const client = registrationOf(session);
  if (authMethod === "servicePrincipal") return clientGrant(session, endpoints, client, { scope: RESOURCE });
  const refreshToken = refreshTokenOf(entra.host, secrets.refreshToken);
  return refreshGrant(session, endpoints, client, refreshToken, { scope: USER_SCOPE });
}
