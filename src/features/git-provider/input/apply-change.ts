import type { Db } from "@/db/client";
import { pendingHealth } from "@/features/git-provider/health/record-health";
import { type Change, needsAuthorization } from "@/features/git-provider/input/change";
import type { UpdateInput } from "@/features/git-provider/input/schema";
import { namingConflicts } from "@/features/git-provider/record/constraints";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import { newCredential } from "@/features/git-provider/token/lease";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

export interface ChangeWork {
  row: ProviderRow;
  change: Change;
  input: Pick<UpdateInput, "name" | "description" | "tokenExpiresOn">;
  /** The person who gave the new secret: becomes the connector when the previous one has left. */
  by?: string;
}

/**
 * Store a change of a connection, unless it was changed since it was read. When the address changes, the previous
 * credential and the pending key are deleted: they belong to the old host.
 * @throws Fault `conflict` reason `name_taken` | `provider_changed`
 */
export async function applyChange(
  tx: Db,
  provider: Provider,
  { row, change, input, by }: ChangeWork,
): Promise<void> {
  const { gitProviderId, credentialVersion } = row;
  const name = input.name ?? row.name;
  const data = {
    name,
    description: input.description ?? row.description,
    authMethod: change.authMethod,
    ...expiry(input, change),
    ...(change.newSecret && row.connectorLeft && by && { userId: by }),
    ...(change.reconnects && {
      health: pendingHealth(needsAuthorization(provider, row, change)),
      ...newCredential(),
    }),
  };
  const where = { gitProviderId, organizationId: row.organizationId, credentialVersion };
  const { count } = await namingConflicts(name, () => tx.gitProvider.updateMany({ where, data }));
  if (count === 0) throw new Fault("conflict", { code: "provider_changed", params: { name } });
  const rowId = String(row.fields[provider.idField]);
  await updateFields(tx, provider, { ...change, gitProviderId, organizationId: row.organizationId, rowId });
  if (change.reconnects) await tx.repositoryList.deleteMany({ where: { gitProviderId } });
  if (change.moved) await tx.previousCredential.deleteMany({ where: { gitProviderId } });
  const left = change.moved || change.authMethod !== row.authMethod;
  if (left) await tx.pendingKey.deleteMany({ where: { gitProviderId } });
}

/** A new token without a given expiry day has none: the stored day was that of the old token. */
function expiry(
  { tokenExpiresOn }: ChangeWork["input"],
  { newSecret }: Change,
): { tokenExpiresOn?: Date | null } {
  if (tokenExpiresOn) return { tokenExpiresOn: new Date(tokenExpiresOn) };
  return tokenExpiresOn === "" || newSecret ? { tokenExpiresOn: null } : {};
}
