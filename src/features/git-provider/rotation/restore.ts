import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { providerOf } from "@/features/git-provider/client/open";
import { verifyNewSecret } from "@/features/git-provider/client/verify-secret";
import { testQuietly } from "@/features/git-provider/connection-test/run";
import type { RestoreGitProvider, RestoreResult } from "@/features/git-provider/contract";
import { applyChange } from "@/features/git-provider/input/apply-change";
import type { Change } from "@/features/git-provider/input/change";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { settingColumns } from "@/features/git-provider/record/store";
import { dryRunChange } from "@/features/git-provider/rotation/dry-run";
import {
  type OpenedPrevious,
  openPrevious,
  replacedBy,
  savePrevious,
} from "@/features/git-provider/rotation/previous-credential";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

/**
 * Restore the credential that the last rotation replaced, after it has read every repository in use. The one that it
 * replaces is kept for 24 hours in turn.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `no_previous_credential` | `provider_changed` |
 *   `credential_rejected` reason `previous_credential_refused` when the host no longer takes it
 */
export async function restore(caller: Caller, input: RestoreGitProvider): Promise<RestoreResult> {
  const row = await readProvider(viewerOf(caller), input.gitProviderId);
  assertManage(row);
  const provider = providerOf(row);
  const previous = await openPrevious(row);
  if (!previous) throw new Fault("conflict", { code: "no_previous_credential", params: { name: row.name } });
  const wanted = back(provider, row, previous);
  const { change, stored } = await verifyNewSecret(provider, row, wanted).catch(refused(row));
  const repositories = await dryRunChange(provider, row, change, stored).catch(refused(row));
  const dryRun = input.dryRun ?? false;
  const restored = !dryRun && repositories.every(({ reachable }) => reachable);
  if (restored) {
    const tokenExpiresOn = previous.tokenExpiresOn ?? "";
    await transaction(async (tx) => {
      await applyChange(tx, provider, { row, change, input: { tokenExpiresOn } });
      await savePrevious(tx, row, replacedBy(wanted, row, stored), caller.userId);
    });
    await testQuietly(() => readProvider(viewerOf(caller), row.gitProviderId));
  }
  return { restored, dryRun, repositories };
}

/** The change that restores the credential and keeps all other changes made since. */
function back(provider: Provider, row: ProviderRow, previous: OpenedPrevious): Change {
  const now = settingColumns(provider).map((name) => [name, row.fields[name] ?? null] as const);
  return {
    authMethod: previous.authMethod,
    settings: { ...Object.fromEntries(now), ...previous.settings },
    secrets: previous.secrets,
    newSecret: true,
    moved: false,
    reconnects: true,
  };
}

function refused({ name }: ProviderRow) {
  return (cause: unknown): never => {
    if (!(cause instanceof Fault) || cause.code !== "credential_rejected") throw cause;
    const params = { name, text: cause.message };
    throw new Fault("credential_rejected", { code: "previous_credential_refused", params }, { cause });
  };
}
