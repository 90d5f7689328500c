import { db } from "@/db/client";
import type { LogSource } from "@/features/delivery/recover/delivery-log";
import type { Opened } from "@/features/git-provider/client/open";
import type { WebhookRow } from "@/features/webhook/row";

/**
 * The host's log of what it sent to the hook of this row, or to the hook of the App it belongs to. Null where the host
 * has no log, or nobody knows the hook.
 */
export async function logSourceOf(opened: Opened, row: WebhookRow): Promise<LogSource | null> {
  const { forge, provider } = opened;
  const { deliveryLog: log, appHook } = forge;
  const { webhooks } = provider;
  if (!log || !webhooks) return null;
  const { webhookId: sourceId, repositoryId, hostHookId } = row;
  if (!appHook)
    return hostHookId === null
      ? null
      : { opened, log, webhooks, row, sourceId, repositoryIds: new Set([repositoryId]) };
  // A hook that is switched off is sent nothing, so its log stays empty.
  if (!(await appHook.get())?.isActive) return null;
  const { organizationId, gitProviderId } = row;
  const where = { organizationId, gitProviderId, isUnwanted: false };
  const rows = await db().webhook.findMany({ where, select: { repositoryId: true } });
  const repositoryIds = new Set(rows.map((one) => one.repositoryId));
  const appRowId = String(opened.row.fields[provider.idField]);
  return { opened, log, webhooks, row: null, sourceId: appRowId, repositoryIds };
}
