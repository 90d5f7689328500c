import { type GitProvider, typeKeys } from "@/features/git-provider/contract";
import { healthAt, storedHealth } from "@/features/git-provider/health";
import type { ProviderRow } from "@/features/git-provider/row";

const noTypes = Object.fromEntries(typeKeys.map((key) => [key, null])) as Record<
  (typeof typeKeys)[number],
  null
>;

/** A provider as every answer shows it. There is no way from here to a secret: the row never held one. */
export function toPublic(row: ProviderRow, now = new Date()): GitProvider {
  const { applicationId: _owner, credentialVersion: _version, fields, ...shown } = row;
  return {
    ...shown,
    health: healthAt(row, now),
    account: storedHealth(row).account ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    ...noTypes,
    [row.providerType]: fields,
  };
}
