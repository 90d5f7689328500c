import type { Source } from "@/features/application/source";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";

/** The dedicated providers of an application, except the one it keeps. */
export async function dedicatedProvidersOf(
  { organizationId, applicationId }: { organizationId: string; applicationId: string },
  kept?: Source["provider"],
): Promise<ProviderRow[]> {
  const all = await readProviders(system(organizationId));
  const dedicated = all.filter(
    (row) => row.visibility === "application" && row.applicationId === applicationId,
  );
  return dedicated.filter((row) => !(kept && "id" in kept && kept.id === row.gitProviderId));
}
