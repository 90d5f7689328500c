import { db, withoutAudit } from "@/db/client";
import { openHookProvider } from "@/features/webhook/open-provider";
import { planHooks } from "@/features/webhook/plan";
import { repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import { type Outcome, settle } from "@/features/webhook/settle";
import { asFault } from "@/lib/fault";
import type { HookPort } from "@/providers/reporting";

/** Tries to remove a hook that nothing needs before it is left at the host: about two days. */
const mostTries = 15;

/** Remove a hook that no application needs any more at its host, then its row. One that is needed again stays. */
export async function removeAtHost(row: WebhookRow, now: Date): Promise<Outcome> {
  await withoutAudit(() => planHooks(db(), row.organizationId));
  const { organizationId, webhookId } = row;
  const fresh = await db().webhook.findFirst({ where: { organizationId, webhookId } });
  if (!fresh?.isUnwanted) return { state: "unchanged" };
  try {
    await removeHooks(row);
  } catch (error) {
    const { reason } = asFault(error);
    if (row.failures < mostTries) {
      await settle(row, { state: "broken", reason, isFailure: true }, now);
      return { state: "failed", reason };
    }
  }
  await withoutAudit(() =>
    db().webhook.deleteMany({ where: { organizationId, webhookId, isUnwanted: true } }),
  );
  return { state: "unchanged" };
}

/** Every hook with an address of this row: also one whose id was never stored, or of a former SLIPWAY_URL. */
async function removeHooks(row: WebhookRow): Promise<void> {
  if (row.mode !== "hook") return;
  const { forge } = await openHookProvider(row);
  if (forge.hooks) await removeOwn(forge.hooks, row);
}

async function removeOwn(hooks: HookPort, row: WebhookRow): Promise<void> {
  const key = repositoryKeyOf(row);
  const own = (await hooks.list(key)).filter(({ url }) => url.endsWith(`/webhook/${row.webhookId}`));
  for (const { id } of own) await hooks.remove(key, id);
}
