import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { WebhookDelivery } from "@/db/generated/client";
import { viewerOf } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

/** The providers whose deliveries a caller may see, by their ids: those that they see at all. */
export async function visibleProviders(caller: Caller): Promise<Map<string, ProviderRow>> {
  const rows = await readProviders(viewerOf(caller));
  return new Map(rows.map((row) => [row.gitProviderId, row]));
}

export interface FoundDelivery {
  row: WebhookDelivery;
  provider: ProviderRow;
}

/** The caller's delivery with its body. @throws Fault `not_found`, the same for foreign, hidden and made-up ids */
export async function findDelivery(caller: Caller, deliveryId: string): Promise<FoundDelivery> {
  const { organizationId } = caller;
  const where = { deliveryId: deliveryId.replaceAll("\0", ""), organizationId };
  const [row, providers] = await Promise.all([
    db().webhookDelivery.findFirst({ where }),
    visibleProviders(caller),
  ]);
  const provider = row && providers.get(row.gitProviderId);
  if (!provider) throw new Fault("not_found", { code: "not_found", params: { what: "delivery" } });
  setTargetName("delivery", [row.deliveryId], row.repositoryFullName ?? row.hostDeliveryId);
  return { row, provider };
}
