import type { Db } from "@/db/client";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

/** The reason of a provider whose removal began: it serves nobody from here on. */
export const removalBegan = "removal_began";

/**
 * Take a provider out of service before its credential is ended at the host: a process that dies in between leaves
 * one that nothing uses, and whose removal can be done again.
 * @returns false when an application uses it; then nothing is changed
 */
export async function markRemoval(tx: Db, row: ProviderRow, now = new Date()): Promise<boolean> {
  const { gitProviderId, organizationId } = row;
  await tx.$executeRaw`SELECT 1 FROM "git_provider" WHERE "gitProviderId" = ${gitProviderId} FOR UPDATE`;
  if ((await tx.application.count({ where: { gitProviderId, organizationId } })) > 0) return false;
  const health = {
    state: "broken",
    reason: { code: removalBegan, params: { name: row.name } },
    checkedAt: now.toISOString(),
  } satisfies StoredHealth;
  await tx.gitProvider.updateMany({
    where: { gitProviderId, organizationId },
    data: { status: "inactive", health, credentialVersion: { increment: 1 } },
  });
  return true;
}

/**
 * Hold a provider in service until the end of the transaction that puts an application on it.
 * @throws Fault `conflict` reason `provider_inactive` when its removal came first
 */
export async function holdInService(tx: Db, gitProviderId: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ status: string; name: string }[]>`
    SELECT "status", "name" FROM "git_provider" WHERE "gitProviderId" = ${gitProviderId} FOR SHARE`;
  if (row && row.status !== "active") {
    throw new Fault("conflict", { code: "provider_inactive", params: { name: row.name } });
  }
}
