import { Fault } from "@/lib/fault";
import type { AzureApi } from "@/providers/azureDevops/api";
import { HOST } from "@/providers/azureDevops/dialect";
import { token } from "@/providers/azureDevops/manifest";
import type { Capability, Identity } from "@/providers/provider";

/** Who an open project answers to when it did not take the credential. */
const ANONYMOUS = /^a{8}-(?:a{4}-){3}a{12}$/;

/** Who the token belongs to. Nothing tells what it permits or when it ends; reading code is tried. */
export async function verify(api: AzureApi, project: string | null | undefined): Promise<Identity> {
  const { authenticatedUser: user } = await api.connection();
  if (ANONYMOUS.test(user.id))
    throw new Fault("credential_rejected", { code: "azure_token_rejected", params: { host: HOST } });
  const reads = await isAllowed(api.repositories(project?.trim() || undefined));
  const name = user.properties?.Account?.$value || user.providerDisplayName || user.id;
  return {
    account: { name: name.slice(0, 255) },
    scopes: null,
    ...(reads ? {} : { missingScopes: ["Code (Read)"] }),
    expiresAt: null,
    capabilities: Object.fromEntries(token.can.map((one) => [one, answerOf(one, reads)])),
  };
}

function answerOf(capability: Capability, reads: boolean) {
  const isTried = ["repositories", "branches", "gitRead"].includes(capability);
  if (!isTried)
    return { answer: "unknown" as const, reason: { code: "scopes_untold", params: { host: HOST } } };
  if (reads) return { answer: "yes" as const };
  const params = { host: HOST, scopes: ["Code (Read)"] };
  return { answer: "no" as const, reason: { code: "scopes_missing", params } };
}

/** A project that is not there is told when it is listed. */
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
