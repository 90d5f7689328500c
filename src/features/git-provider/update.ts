import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { pendingHealth } from "@/features/git-provider/health/health";
import { type Change, changeOf, needsAuthorization } from "@/features/git-provider/input/change";
import { completeInput } from "@/features/git-provider/input/complete";
import { namingConflicts } from "@/features/git-provider/input/insert";
import type { UpdateInput } from "@/features/git-provider/input/schema";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId, readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import { savePrevious } from "@/features/git-provider/rotation/previous-credential";
import { replacedKey } from "@/features/git-provider/rotation/replaced-key";
import { newCredential } from "@/features/git-provider/token/lease";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

/**
 * Change a provider. Blank and missing secrets stay, except where the address they are sent to changes. A change of
 * address or secret puts the health back to pending and makes every cached list unreachable.
 * @throws Fault `not_found` | `forbidden` | `invalid_input` | `conflict` reason `name_taken` | `provider_changed`
 */
export async function update(caller: Caller, provider: Provider, input: UpdateInput): Promise<GitProvider> {
  const viewer = viewerOf(caller);
  const row = await readByTypeId(viewer, provider, String(input[provider.idField]));
  assertManage(row);
  const change = changeOf(provider, row, await completeInput(provider, input, row));
  const replaced = await replacedKey(provider, row, change);
  await transaction(async (tx) => {
    await applyChange(tx, provider, { row, change, input, by: caller.userId });
    if (replaced) await savePrevious(tx, row, replaced, caller.userId);
  });
  return toPublic(await readProvider(viewer, row.gitProviderId));
}

export interface ChangeWork {
  row: ProviderRow;
  change: Change;
  input: Pick<UpdateInput, "name" | "description" | "tokenExpiresOn">;
  /** The person who gives the new secret: it is theirs from now on when the one before has left. */
  by?: string;
}

/**
 * Store a change of a connection, unless it was changed since it was read. A replaced secret that was kept to be put
 * back goes when the address changes, and so does one that waits: they belong to the host they were made for.
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
  await updateFields(tx, provider, { ...change, gitProviderId, rowId });
  if (change.reconnects) await tx.repositoryList.deleteMany({ where: { gitProviderId } });
  if (change.moved) await tx.previousCredential.deleteMany({ where: { gitProviderId } });
  const left = change.moved || change.authMethod !== row.authMethod;
  if (left) await tx.pendingKey.deleteMany({ where: { gitProviderId } });
}

/** The given day is that of the old token: a new one without a day has none. */
function expiry(
  { tokenExpiresOn }: ChangeWork["input"],
  { newSecret }: Change,
): { tokenExpiresOn?: Date | null } {
  if (tokenExpiresOn) return { tokenExpiresOn: new Date(tokenExpiresOn) };
  return tokenExpiresOn === "" || newSecret ? { tokenExpiresOn: null } : {};
}
