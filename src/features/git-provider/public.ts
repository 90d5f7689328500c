import type { GitProvider } from "@/features/git-provider/contract";
import { healthAt } from "@/features/git-provider/health/current-health";
import { storedHealth } from "@/features/git-provider/health/health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { noTypes } from "@/features/git-provider/typed-output";

/** A provider as every answer shows it. There is no way from here to a secret: the row never held one. */
export function toPublic(row: ProviderRow, now = new Date()): GitProvider {
  const { applicationId: _owner, credentialVersion: _version, renewalVersion: _renewal, ...rest } = row;
  const { rejectionCount: _rejections, rateLimit: _budget, connectorLeft: _left, fields, ...shown } = rest;
  return {
    ...shown,
    health: healthAt(row, now),
    account: storedHealth(row).account ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    ...noTypes(),
    [row.providerType]: fields,
  };
}
