import type { Session } from "@/providers/azureDevops/api";
import { entra } from "@/providers/azureDevops/entra";
import { HOST, isEntra } from "@/providers/azureDevops/error-mapping";
import type { Revocation } from "@/providers/provider";

/**
 * Entra cannot revoke a single grant, and a pasted token belongs to a person: everything is left to people. Nothing
 * is sent.
 */
export async function revoke({
  authMethod,
  secrets,
}: Pick<Session, "authMethod" | "secrets">): Promise<Revocation> {
  if (!isEntra(authMethod)) return { done: [], left: [{ code: "credential_left", params: { host: HOST } }] };
  const params = { host: entra.host };
  const application = { code: "application_left", params };
  const isGranted = authMethod === "oauth" && Boolean(secrets.accessToken || secrets.refreshToken);
  return { done: [], left: isGranted ? [{ code: "grant_left", params }, application] : [application] };
}
