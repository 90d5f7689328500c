import { db, pool } from "@/db/client";
import { foreignViolation } from "@/db/violation";
import type { RemovalReport } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { removalBegan } from "@/features/git-provider/removal/begin";
import { removeWebhooks } from "@/features/git-provider/removal/remove-webhooks";
import { joined, line } from "@/features/git-provider/removal/report";
import { revokeCredential } from "@/features/git-provider/removal/revoke-credential";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";

const leftAfter = "10 minutes";
const atOnce = 20;

/**
 * Revoke the credential of a deactivated provider and delete its row. The host is called first: once the row is gone
 * nobody could revoke it any more.
 * @returns null when an application uses it after all: then it stays
 */
export async function finishRemoval(row: ProviderRow): Promise<RemovalReport | null> {
  const { gitProviderId, organizationId, name } = row;
  const webhooks = await removeWebhooks(row);
  const ended = await revokeCredential(row);
  try {
    await db().gitProvider.deleteMany({ where: { gitProviderId, organizationId } });
  } catch (error) {
    if (foreignViolation(error) === null) throw error;
    return null;
  }
  const deleted = line({ code: "provider_gone", params: { name } });
  return joined(true, [webhooks, ended, { done: [deleted], left: [] }]);
}

/** Complete removals whose process died after marking them. Run periodically, by any process. */
export async function finishLeftRemovals(): Promise<void> {
  const { rows } = await pool().query<{ gitProviderId: string; organizationId: string }>(
    `SELECT "gitProviderId", "organizationId" FROM "git_provider"
      WHERE "status" = 'inactive' AND "health"->'reason'->>'code' = $1
        AND ("health"->>'checkedAt')::timestamptz < now() - $2::interval ORDER BY random() LIMIT $3`,
    [removalBegan, leftAfter, atOnce],
  );
  for (const row of rows) await finishQuietly(row);
}

/** Never throws: one removal that fails must not stop the others. */
async function finishQuietly(left: Pick<ProviderRow, "gitProviderId" | "organizationId">): Promise<void> {
  const { gitProviderId, organizationId } = left;
  try {
    await finishRemoval(await readProvider(system(organizationId), gitProviderId));
  } catch (error) {
    log.warn({ gitProviderId, code: asFault(error).reason.code }, "a removal could not be finished");
  }
}
