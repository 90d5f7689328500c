import { db, withoutAudit } from "@/db/client";
import { openHookProvider } from "@/features/webhook/open-provider";
import { planHooks } from "@/features/webhook/plan";
import { hookLeft, repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import { type Outcome, settle } from "@/features/webhook/settle";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { messageOf, type Reason } from "@/lib/reason";
import type { HookPort } from "@/providers/reporting";

/** Failed tries until a person is told of a hook that nothing needs: about two days. */
const triesUntilTold = 15;

/** Failed tries until it is no longer told: about a month more. */
const mostTries = 135;

/**
 * Remove a hook that no application needs any more at its host, then its row. One that is needed again stays, and one
 * that could not be removed stays to be seen for a while.
 */
export async function removeAtHost(row: WebhookRow, now: Date): Promise<Outcome> {
  await withoutAudit(() => planHooks(db(), row.organizationId));
  const { organizationId, webhookId } = row;
  const fresh = await db().webhook.findFirst({ where: { organizationId, webhookId } });
  if (!fresh?.isUnwanted) return { state: "unchanged" };
  try {
    const opened = await openHookProvider(row);
    if (opened.forge.hooks) await removeOwn(opened.forge.hooks, row);
    if (opened.forge.appHook && (await holdsAppSecret(row, now))) {
      await settle(row, { state: "active", reason: null }, now);
      return { state: "unchanged" };
    }
  } catch (error) {
    const { reason } = asFault(error);
    // Nobody has added the hook that a person was asked for.
    const isNowhere = row.mode === "manual" && row.lastDeliveryAt === null;
    const isOver = row.failures >= mostTries || (isNowhere && reason.code === "hook_not_allowed");
    if (!isOver) return notRemoved(row, reason, now);
    if (!isNowhere) log.warn({ webhookId, code: reason.code }, "a webhook was left at its host");
  }
  await withoutAudit(() =>
    db().webhook.deleteMany({ where: { organizationId, webhookId, isUnwanted: true } }),
  );
  return { state: "unchanged" };
}

/** A provider that is switched off says nothing of the hook: the try does not count. */
async function notRemoved(row: WebhookRow, reason: Reason, now: Date): Promise<Outcome> {
  const isFailure = reason.code !== "provider_inactive";
  const isTold = isFailure && row.failures >= triesUntilTold;
  if (isTold && row.reasonCode !== hookLeft)
    log.warn({ webhookId: row.webhookId, code: reason.code }, "a webhook cannot be removed at its host");
  const { repositoryFullName: repository, url: address } = row;
  const left = { code: hookLeft, params: { repository, address, text: messageOf(reason) } };
  await settle(row, { state: "broken", reason: isTold ? left : reason, isFailure }, now);
  return { state: "failed", reason };
}

/** A former secret of an App counts until it ends, as long as another repository has events by the App. */
async function holdsAppSecret(row: WebhookRow, now: Date): Promise<boolean> {
  const { organizationId, gitProviderId, webhookId } = row;
  const kept = await db().webhookSecret.count({ where: { organizationId, webhookId, endsAt: { gt: now } } });
  return (
    kept > 0 &&
    (await db().webhook.count({ where: { organizationId, gitProviderId, isUnwanted: false } })) > 0
  );
}

/** Every hook with an address of this row: also one whose id was never stored, or of a former SLIPWAY_URL. */
async function removeOwn(hooks: HookPort, row: WebhookRow): Promise<void> {
  const key = repositoryKeyOf(row);
  const own = (await hooks.list(key)).filter(({ url }) => url.endsWith(`/webhook/${row.webhookId}`));
  for (const { id } of own) await hooks.remove(key, id);
}
