import type { z } from "zod";
import { type GitProvider, TypeFields } from "@/features/git-provider/contract";
import { healthAt } from "@/features/git-provider/health/current-health";
import { storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { type ProviderType, registry } from "@/providers/registry";

/**
 * A provider as every answer shows it. It cannot leak a secret: the row holds none. Each field is written out, since
 * this runs for every row of every list: spreading objects took most of the time of such a call.
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

/**
 * The shape of an answer with a key for each type of the registry. The contract, which pages load, names those that
 * the API promises; a type that is added has its key from here.
 */
export function withTypes<Shape extends z.ZodObject>(shape: Shape): Shape {
  const added = Object.keys(registry).filter((type) => !(type in shape.shape));
  if (added.length === 0) return shape;
  const keys = Object.fromEntries(added.map((type) => [type, TypeFields.nullable()]));
  return shape.extend(keys) as unknown as Shape;
}

/** The key of every type, for the one that is set to be laid over. */
const noTypes = Object.fromEntries(Object.keys(registry).map((type) => [type, null])) as Record<
  ProviderType,
  null
>;
