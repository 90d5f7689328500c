import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { providerOf } from "@/features/git-provider/client/open";
import { proved } from "@/features/git-provider/client/verify-secret";
import { testQuietly } from "@/features/git-provider/connection-test/quietly";
import type { RestoreGitProvider, RestoreResult } from "@/features/git-provider/contract";
import type { Change } from "@/features/git-provider/input/change";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { settingColumns } from "@/features/git-provider/record/columns";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { tryChange } from "@/features/git-provider/rotation/dry-run";
import {
  openRetired,
  type Retired,
  replacedBy,
  retire,
} from "@/features/git-provider/rotation/previous-credential";
import { applyChange } from "@/features/git-provider/update";
import { Fault } from "@/lib/fault";
import type { Provider } from "@/providers/provider";

/**
 * Put the credential back that the last rotation replaced, after it has read every repository in use again. The one
 * it replaces is kept for 24 hours in turn.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `nothing_retired` | `provider_changed` |
 *   `credential_rejected` reason `retired_refused` when the host no longer takes it
 */
export async function restore(caller: Caller, input: RestoreGitProvider): Promise<RestoreResult> {
  const row = await readProvider(viewerOf(caller), input.gitProviderId);
  assertManage(row);
  const provider = providerOf(row);
  const retired = await openRetired(row);
  if (!retired) throw new Fault("conflict", { code: "nothing_retired", params: { name: row.name } });
  const wanted = back(provider, row, retired);
  const { change, stored } = await proved(provider, row, wanted).catch(refused(row));
  const repositories = await tryChange(provider, row, change, stored).catch(refused(row));
  const dryRun = input.dryRun ?? false;
  const restored = !dryRun && repositories.every(({ reachable }) => reachable);
  if (restored) {
    const tokenExpiresOn = retired.tokenExpiresOn ?? "";
    await transaction(async (tx) => {
      await applyChange(tx, provider, { row, change, input: { tokenExpiresOn } });
      await retire(tx, row, replacedBy(wanted, row, stored), caller.userId);
    });
    await testQuietly(() => readProvider(viewerOf(caller), row.gitProviderId));
  }
  return { restored, dryRun, repositories };
}

/** The connection as it was, with whatever else was changed since. */
function back(provider: Provider, row: ProviderRow, retired: Retired): Change {
  const now = settingColumns(provider).map((name) => [name, row.fields[name] ?? null] as const);
  return {
    authMethod: retired.authMethod,
    settings: { ...Object.fromEntries(now), ...retired.settings },
    secrets: retired.secrets,
    newSecret: true,
    moved: false,
    reconnects: true,
  };
}

function refused({ name }: ProviderRow) {
  return (cause: unknown): never => {
    if (!(cause instanceof Fault) || cause.code !== "credential_rejected") throw cause;
    const params = { name, text: cause.message };
    throw new Fault("credential_rejected", { code: "retired_refused", params }, { cause });
  };
}
