import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import type { RemovalReport, RemoveGitProvider } from "@/features/git-provider/contract";
import { assertManage, viewerOf } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { beginRemoval, nextDefault } from "@/features/git-provider/removal/begin";
import { finishRemoval } from "@/features/git-provider/removal/finish";
import { plannedWebhookRemoval } from "@/features/git-provider/removal/remove-webhooks";
import { joined, line } from "@/features/git-provider/removal/report";
import { plannedRevocation } from "@/features/git-provider/removal/revoke-credential";
import { Fault } from "@/lib/fault";

const shown = 100;

/**
 * Remove a provider with its secrets and its cached lists, after its credential was revoked at the host where the host
 * has an API for that. A host that is down does not stop it. `dryRun` changes nothing and says what would be done.
 * @returns what was done, and what is left for a person
 * @throws Fault `conflict` reason `provider_in_use`, whose details name the applications, while any uses it
 */
export async function remove(
  caller: Caller,
  { gitProviderId, dryRun }: RemoveGitProvider,
): Promise<RemovalReport> {
  const row = await readProvider(viewerOf(caller), gitProviderId);
  assertManage(row);
  if (row.applicationCount > 0) throw await inUse(caller, row);
  if (dryRun) {
    const deleted = line({ code: "provider_would_go", params: { name: row.name } });
    const moved = await nextDefault(db(), row);
    return joined(false, [
      await plannedWebhookRemoval(row),
      await plannedRevocation(row),
      { done: [deleted], left: [] },
      defaultLine(moved, false),
    ]);
  }
  const marked = await transaction((tx) => beginRemoval(tx, row));
  const report = marked && (await finishRemoval(row));
  if (!marked || !report) throw await inUse(caller, row);
  return joined(true, [report, defaultLine(marked.newDefault, true)]);
}

/** The report line that names the new default provider; none when the default stays or no provider is left. */
function defaultLine(name: string | null, isDone: boolean): Pick<RemovalReport, "done" | "left"> {
  const code = isDone ? "default_moved" : "default_would_move";
  return { done: name === null ? [] : [line({ code, params: { name } })], left: [] };
}

async function inUse(caller: Caller, { gitProviderId, name, organizationId }: ProviderRow): Promise<Fault> {
  const where = { gitProviderId, organizationId };
  const count = await db().application.count({ where });
  const select = { applicationId: true, name: true };
  const applications = caller.permissions.has("application:read")
    ? await db().application.findMany({ where, select, orderBy: { name: "asc" }, take: shown })
    : [];
  const reason = { code: "provider_in_use", params: { name, count } };
  return new Fault("conflict", reason, { details: { count, applications } });
}
