import type { Db } from "@/db/client";
import { lockOrganization } from "@/features/git-provider/record/constraints";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

/** The reason of a provider whose removal has begun: it cannot be used any more. */
export const removalBegan = "removal_began";

/**
 * Deactivate a provider before its credential is revoked at the host: if the process dies in between, nothing uses the
 * provider and the removal can be repeated.
 * @returns the name of the provider that is the default instead, where it was the default; false when an application
 *   uses it: then nothing is changed
 */
export async function beginRemoval(
  tx: Db,
  row: ProviderRow,
  now = new Date(),
): Promise<{ newDefault: string | null } | false> {
  const { gitProviderId, organizationId } = row;
  await lockOrganization(tx, organizationId);
  await tx.$executeRaw`SELECT 1 FROM "git_provider" WHERE "gitProviderId" = ${gitProviderId} FOR UPDATE`;
  if ((await tx.application.count({ where: { gitProviderId, organizationId } })) > 0) return false;
  const health = {
    state: "broken",
    reason: { code: removalBegan, params: { name: row.name } },
    checkedAt: now.toISOString(),
  } satisfies StoredHealth;
  await tx.gitProvider.updateMany({
    where: { gitProviderId, organizationId },
    data: { status: "inactive", health, isDefault: false, credentialVersion: { increment: 1 } },
  });
  const name = await nextDefault(tx, row);
  if (name !== null)
    await tx.gitProvider.updateMany({ where: { organizationId, name }, data: { isDefault: true } });
  return { newDefault: name };
}

/** The provider that becomes the default when the default is removed: the shared one that was connected first. */
export async function nextDefault(tx: Db, row: ProviderRow): Promise<string | null> {
  if (!row.isDefault) return null;
  const { organizationId, gitProviderId } = row;
  const others = { organizationId, status: "active", visibility: "everyone", NOT: { gitProviderId } };
  const next = await tx.gitProvider.findFirst({
    where: others,
    select: { name: true },
    orderBy: [{ createdAt: "asc" }, { gitProviderId: "asc" }],
  });
  return next?.name ?? null;
}

/**
 * Lock an active provider until the end of the transaction that gives it to an application, so that it is not removed
 * meanwhile.
 * @throws Fault `conflict` reason `provider_inactive` when its removal came first
 */
export async function holdInService(tx: Db, gitProviderId: string): Promise<void> {
  const [row] = await tx.$queryRaw<{ status: string; name: string }[]>`
    SELECT "status", "name" FROM "git_provider" WHERE "gitProviderId" = ${gitProviderId} FOR SHARE`;
  if (row && row.status !== "active") {
    throw new Fault("conflict", { code: "provider_inactive", params: { name: row.name } });
  }
}
