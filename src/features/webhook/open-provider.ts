import { type Opened, openRow } from "@/features/git-provider/client/open";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import { Fault } from "@/lib/fault";

const deadlineMs = 60_000;

/**
 * Open the provider of a hook, also one that only one application uses.
 * @throws Fault `conflict` reason `provider_inactive` | `not_found` | `rate_limited` | `credential_rejected`
 */
export async function openHookProvider(of: {
  organizationId: string;
  gitProviderId: string;
}): Promise<Opened> {
  const row = await readProvider(system(of.organizationId), of.gitProviderId);
  if (row.status !== "active")
    throw new Fault("conflict", { code: "provider_inactive", params: { name: row.name } });
  return openRow(row, { signal: AbortSignal.timeout(deadlineMs) });
}
