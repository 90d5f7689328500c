import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { isServices, type Session } from "@/providers/azureDevops/api";
import type { Settings } from "@/providers/azureDevops/settings";
import type { OAuthClient, OAuthEndpoints } from "@/providers/kit/oauth2";
import { clientOf } from "@/providers/kit/oauth2-client";
import type { ErrorMapping, TokenRefusal } from "@/providers/kit/refusal";

const HOST = "Microsoft Entra ID";
/** Microsoft's public cloud. */
const PUBLIC = "https://login.microsoftonline.com";

/** The id of Azure DevOps in Entra; `.default` requests every permission of the app registration. */
export const RESOURCE = "499b84ac-1321-427f-aa17-267ca6975798/.default";

/** How the token endpoint words a refusal: an error of OAuth, and a code of its own in the description. */
export const entra: ErrorMapping = { host: HOST, tokenRefusal };

/** Codes: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const meanings: Record<string, TokenRefusal | Reason> = {
  AADSTS90002: { code: "azure_tenant_unknown", params: { host: HOST } },
  AADSTS900023: { code: "azure_tenant_unknown", params: { host: HOST } },
  AADSTS700016: { code: "azure_client_unknown", params: { host: HOST } },
  AADSTS7000222: { code: "azure_secret_expired", params: { host: HOST } },
  AADSTS500011: { code: "azure_resource_unknown", params: { host: HOST } },
  AADSTS65001: "scope",
};

function tokenRefusal(answer: { error: string; description: string }): TokenRefusal | Reason | undefined {
  const code = /^AADSTS\d+/.exec(answer.description)?.[0] ?? "";
  if (Object.hasOwn(meanings, code)) return meanings[code];
  // A person has to sign in again: second factor, changed password, or a rule of the tenant.
  return answer.error === "interaction_required" ? "grant" : undefined;
}

/**
 * Where to sign in. Another address of Azure DevOps than the public ones is a Server, which knows no Entra, unless it
 * comes with an address for signing in.
 * @throws Fault `unsupported` reason `oauth_services_only` for a Server, `invalid_input` reason `tenant_needed`
 */
export function endpointsOf(settings: Settings): OAuthEndpoints {
  const { azureDevopsUrl: address, entraUrl } = settings;
  if (!isServices(settings) && !entraUrl)
    throw new Fault("unsupported", { code: "oauth_services_only", params: { address } });
  const root = `${entraUrl || PUBLIC}/${tenantOf(settings)}/oauth2/v2.0`;
  return {
    errorMapping: entra,
    authorizeUrl: new URL(`${root}/authorize`),
    tokenUrl: new URL(`${root}/token`),
    clientIn: "body",
    pkce: true,
  };
}

/** An id or a domain of the tenant: never more than one part of a path. */
function tenantOf({ tenantId }: Settings): string {
  const text = tenantId?.trim() ?? "";
  if (/^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)*$/i.test(text)) return text;
  throw new Fault("invalid_input", { code: "tenant_needed" });
}

/** @throws Fault `credential_rejected` reason `client_missing` */
export function registrationOf({ settings, secrets }: Pick<Session, "settings" | "secrets">): OAuthClient {
  return clientOf(HOST, settings.clientId, secrets.clientSecret);
}
