import type { Reason } from "@/lib/reason";
import { Refused } from "@/providers/azureDevops/schema";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";

export const HOST = "Azure DevOps";

/** How the service words a refusal. */
export const errorMapping: ErrorMapping = { host: HOST, rejection };

const ofGrants: ErrorMapping = {
  host: HOST,
  isGranted: true,
  rejection: () => ({ code: "azure_grant_rejected", params: { host: HOST } }),
};

/** The same with a token of Microsoft Entra ID, of a person or of a service principal. */
export function errorMappingOf(authMethod: string): ErrorMapping {
  return isEntra(authMethod) ? ofGrants : errorMapping;
}

export function isEntra(authMethod: string): boolean {
  return authMethod === "oauth" || authMethod === "servicePrincipal";
}

/** Wrong, expired, revoked, made for every organization: which of them is hardly ever told. */
function rejection({ body }: Refusal): Reason {
  const isOver = /\b(?:token|credential)s?\b[^.]*\bexpired\b/i.test(Refused.parse(body).message);
  return { code: isOver ? "token_expired" : "azure_token_rejected", params: { host: HOST } };
}

/** A credential that is not taken may be answered with the sign-in page instead of a refusal. */
export function statusOf({ status, headers }: Response): number {
  const isPage = /\bhtml\b/i.test(headers.get("content-type") ?? "");
  if (status === 203 && isPage) return 401;
  const leadsToSignIn = /\/_signin\b|\/\/login\.|\/oauth2\/authorize/i.test(headers.get("location") ?? "");
  return status === 302 && leadsToSignIn ? 401 : status;
}
