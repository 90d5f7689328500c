import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { GitProvider, SetDefaultGitProvider } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, assertUsable, viewerOf } from "@/features/git-provider/record/access";
import { lockOrganization } from "@/features/git-provider/record/constraints";
import { readProvider } from "@/features/git-provider/record/read";

/**
 * Make a provider the one that new applications take, or leave the organization without one.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `provider_inactive` | `provider_of_application`
 */
export async function setDefault(caller: Caller, input: SetDefaultGitProvider): Promise<GitProvider> {
  const { organizationId } = caller;
  const { gitProviderId, isDefault } = input;
  const row = await readProvider(viewerOf(caller), gitProviderId);
  assertManage(row);
  if (isDefault) assertUsable(row);
  await transaction(async (tx) => {
    await lockOrganization(tx, organizationId);
    const others = { organizationId, isDefault: true, NOT: { gitProviderId } };
    if (isDefault) await tx.gitProvider.updateMany({ where: others, data: { isDefault: false } });
    await tx.gitProvider.updateMany({ where: { organizationId, gitProviderId }, data: { isDefault } });
  });
  return toPublic(await readProvider(viewerOf(caller), gitProviderId));
}
