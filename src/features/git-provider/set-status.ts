import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { GitProvider, SetGitProviderStatus } from "@/features/git-provider/contract";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";

/** Deactivate a provider, so that nothing calls its host, or activate it. A default stays the default meanwhile. */
export async function setStatus(caller: Caller, input: SetGitProviderStatus): Promise<GitProvider> {
  const { organizationId } = caller;
  const { gitProviderId, status } = input;
  assertManage(await readProvider(viewerOf(caller), gitProviderId));
  await db().gitProvider.updateMany({ where: { organizationId, gitProviderId }, data: { status } });
  return toPublic(await readProvider(viewerOf(caller), gitProviderId));
}
