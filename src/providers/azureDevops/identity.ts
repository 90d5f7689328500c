import { Fault } from "@/lib/fault";
import type { AzureApi, Session } from "@/providers/azureDevops/api";
import { errorMappingOf, HOST, isEntra } from "@/providers/azureDevops/error-mapping";
import { manifest } from "@/providers/azureDevops/manifest";
import { features } from "@/providers/capability";
import { refusalFault } from "@/providers/kit/refusal";
import type { Identity } from "@/providers/provider";

/** The anonymous user id that a public project returns when it did not accept the credential. */
const ANONYMOUS = /^a{8}-(?:a{4}-){3}a{12}$/;

/** Who the token belongs to. The API shows neither its permissions nor its end, so reading code is tried. */
export async function verify(api: AzureApi, { authMethod, settings }: Session): Promise<Identity> {
  const { authenticatedUser: user } = await api.connection();
  if (ANONYMOUS.test(user.id))
    throw refusalFault(
      { status: 401, headers: new Headers(), body: null },
      errorMappingOf(authMethod),
      new Date(0),
    );
  const reads = await isAllowed(api.repositories(settings.projectName?.trim() || undefined));
  const scopes = scopesFor(authMethod);
  const name = user.properties?.Account?.$value || user.providerDisplayName || user.id;
  return {
    account: { name: name.slice(0, 255) },
    scopes: null,
    ...(reads ? {} : { missingScopes: scopes }),
    // Entra tokens are refreshed; the API does not show when a personal access token ends.
    expiresAt: isEntra(authMethod) ? "never" : null,
    capabilities: Object.fromEntries(
      manifest.methods.token?.can.map((one) => [
        one,
        features.some((feature) => feature === one) ? unknown : answerOf(reads, scopes),
      ]) ?? [],
    ),
  };
}

/** Nothing is written to find out. */
const unknown = { answer: "unknown" as const };

/** The scopes that reading needs. A service principal has none: the organization decides. */
function scopesFor(authMethod: string): string[] {
  const { scopes = [] } = manifest.methods[authMethod] ?? {};
  return scopes.filter((scope) => scope.needs.includes("gitRead")).map((scope) => scope.name);
}

function answerOf(reads: boolean, scopes: string[]) {
  if (reads) return { answer: "yes" as const };
  const code = scopes.length > 0 ? "scopes_missing" : "permission_refused";
  return { answer: "no" as const, reason: { code, params: { host: HOST, scopes } } };
}

/** A missing project is reported when its repositories are listed. */
async function isAllowed(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof Fault && error.code === "not_found") return true;
    if (error instanceof Fault && error.code === "permission_missing") return false;
    throw error;
  }
}
