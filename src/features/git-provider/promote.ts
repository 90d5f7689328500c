import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { GitProvider, PromoteGitProvider } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { isFirst, lockOrganization, namingConflicts } from "@/features/git-provider/record/constraints";
import { readProvider } from "@/features/git-provider/record/read";
import { Fault } from "@/lib/fault";

/**
 * Turn the provider of one application into a shared one of the organization. The application keeps using it, and
 * removing the application no longer removes it.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `provider_shared` | `name_taken`
 */
export async function promote(caller: Caller, input: PromoteGitProvider): Promise<GitProvider> {
  const viewer = viewerOf(caller);
  const row = await readProvider(viewer, input.gitProviderId);
  assertManage(row);
  const { gitProviderId, organizationId } = row;
  const name = input.name ?? row.name;
  await transaction(async (tx) => {
    await lockOrganization(tx, organizationId);
    const isDefault = await isFirst(tx, organizationId);
    const where = { gitProviderId, organizationId, visibility: "application" };
    const data = { visibility: "everyone", applicationId: null, name, isDefault };
    const { count } = await namingConflicts(name, () => tx.gitProvider.updateMany({ where, data }));
    if (count === 0) throw new Fault("conflict", { code: "provider_shared", params: { name: row.name } });
  });
  return toPublic(await readProvider(viewer, gitProviderId));
}
