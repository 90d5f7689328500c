import type { Session } from "@/providers/bitbucket/credential";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { authorizationsPage, consumersPage } from "@/providers/bitbucket/oauth";
import type { Revocation } from "@/providers/provider";

/**
 * Bitbucket has no call for revocation, so it is left to a person, like the consumer and pasted credentials.
 * Nothing is sent.
 */
export async function revoke({ authMethod, settings, secrets }: Session): Promise<Revocation> {
  const host = HOST;
  if (authMethod !== "oauth") return { done: [], left: [{ code: "credential_left", params: { host } }] };
  const grant = { code: "grant_left", params: { host, url: authorizationsPage(settings) } };
  const consumer = { code: "application_left", params: { host, url: consumersPage(settings) } };
  const isGranted = Boolean(secrets.accessToken || secrets.refreshToken);
  return { done: [], left: isGranted ? [grant, consumer] : [consumer] };
}
