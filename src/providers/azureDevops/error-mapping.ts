import type { Reason } from "@/lib/reason";
import { Refused } from "@/providers/azureDevops/schema";
import { isPage } from "@/providers/kit/json-api";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";

export const HOST = "Azure DevOps";

/** How a refusal of the service is read. */
export const errorMapping: ErrorMapping = { host: HOST, rejection, unsupported, isOwnPage, isLimit };

const ofGrants: ErrorMapping = {
  ...errorMapping,
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

/** Headers of every answer of the product, also of its refusals. */
export const MARKS = ["x-tfs-processid", "x-tfs-session", "x-vss-e2eid"];

/** Wrong, expired, revoked or made for all organizations: the service rarely says which. */
function rejection({ body, page = "" }: Refusal): Reason {
  const text = page || Refused.parse(body).message;
  const isOver = /\b(?:token|credential)s?\b[^.]*\bexpired\b/i.test(text);
  return { code: isOver ? "token_expired" : "azure_token_rejected", params: { host: HOST } };
}

/** The service refuses a credential with a page of its own: "Access Denied: The Personal Access Token used has expired." */
function isOwnPage({ status, headers, page = "" }: Refusal): boolean {
  return (
    status === 401 &&
    (MARKS.some((name) => headers.has(name)) || /\bTF\d{5,6}\b|Personal Access Token/i.test(page))
  );
}

/** A Server older than 2020 names the newest version of the API that it knows. */
function unsupported({ body }: Refusal): Reason | undefined {
  const { typeKey, message } = Refused.parse(body);
  if (!/VssVersionOutOfRange/.test(typeKey) && !/REST API version of .* is out of range/i.test(message))
    return undefined;
  const version = /supports is (\d{1,2}(?:\.\d{1,2})?)/.exec(message)?.[1];
  return { code: "azure_server_too_old", params: { host: HOST, ...(version ? { version } : {}) } };
}

/** TF400733 says that too much of a resource was used, with other statuses than 429 too. */
function isLimit({ body }: Refusal): boolean {
  return /\bTF400733\b|exceeding usage of resource/i.test(Refused.parse(body).message);
}

/** The service may answer a refused credential with the sign-in page. */
export function statusOf({ status, headers }: Response): number {
  if (status === 203 && isPage(headers, "")) return 401;
  const leadsToSignIn = /\/_signin\b|\/\/login\.|\/oauth2\/authorize/i.test(headers.get("location") ?? "");
  return status === 302 && leadsToSignIn ? 401 : status;
}
