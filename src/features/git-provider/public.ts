import type { GitProvider } from "@/features/git-provider/contract";
import { healthAt } from "@/features/git-provider/health/current-health";
import { storedHealth } from "@/features/git-provider/health/health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { noTypes } from "@/features/git-provider/typed-output";
import type { ProviderType } from "@/providers/registry";

/**
 * A provider as every answer shows it. There is no way from here to a secret: the row never held one. Each field is
 * written out, since this runs for every row of every list: spreading objects took most of the time of such a call.
 */
export function toPublic(row: ProviderRow, now = new Date()): GitProvider {
  const shown: GitProvider = {
    gitProviderId: row.gitProviderId,
    name: row.name,
    description: row.description,
    providerType: row.providerType,
    authMethod: row.authMethod,
    status: row.status,
    isDefault: row.isDefault,
    visibility: row.visibility,
    health: healthAt(row, now),
    tokenExpiresOn: row.tokenExpiresOn,
    organizationId: row.organizationId,
    userId: row.userId,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    account: storedHealth(row).account ?? null,
    applicationCount: row.applicationCount,
    lastUsedAt: row.lastUsedAt,
    access: row.access,
    ...noTypes,
  };
  shown[row.providerType as ProviderType] = row.fields;
  return shown;
}
