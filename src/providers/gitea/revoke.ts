import type { Session } from "@/providers/gitea/api";
import { errorMapping } from "@/providers/gitea/error-mapping";
import type { Revocation } from "@/providers/provider";

/**
 * The server has no revocation (RFC 7009): a grant is taken back by its person, on the page of applications. A pasted
 * token is the person's as well. Nothing is sent.
 */
export async function revoke({
  authMethod,
  secrets,
}: Pick<Session, "authMethod" | "secrets">): Promise<Revocation> {
  const params = { host: errorMapping.host };
  if (authMethod !== "oauth") return { done: [], left: [{ code: "credential_left", params }] };
  const application = { code: "application_left", params };
  const isGranted = Boolean(secrets.accessToken || secrets.refreshToken);
  return { done: [], left: isGranted ? [{ code: "grant_left", params }, application] : [application] };
}
