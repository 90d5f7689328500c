import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { GitProvider } from "@/features/git-provider/contract";
import { applyChange } from "@/features/git-provider/input/apply-change";
import { changeOf } from "@/features/git-provider/input/change";
import { completeInput } from "@/features/git-provider/input/complete";
import type { UpdateInput } from "@/features/git-provider/input/schema";
import { toPublic } from "@/features/git-provider/public";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId, readProvider } from "@/features/git-provider/record/read";
import { replacedKey, savePrevious } from "@/features/git-provider/rotation/previous-credential";
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
