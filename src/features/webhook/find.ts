import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { WebhookRow } from "@/features/webhook/row";
import { Fault } from "@/lib/fault";

/**
 * A webhook of a provider that the caller may see.
 * @throws Fault `not_found`, the same for foreign, hidden and made-up ids
 */
export async function findWebhook(caller: Caller, webhookId: string): Promise<WebhookRow> {
  const { organizationId } = caller;
  const where = { organizationId, webhookId: webhookId.replaceAll("\0", "") };
  const row = await db().webhook.findFirst({ where });
  const visible = row && (await readProviders(viewerOf(caller)));
  if (!row || !visible?.some(({ gitProviderId }) => gitProviderId === row.gitProviderId))
    throw new Fault("not_found", { code: "not_found", params: { what: "webhook" } });
  setTargetName("webhook", [row.webhookId], row.repositoryFullName);
  return row;
}
