import { z } from "zod";
import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import type { Delivery, OneDelivery, Replayed, ReplayMany } from "@/features/delivery/contract";
import { findDelivery } from "@/features/delivery/find";
import { shownReason, toDelivery } from "@/features/delivery/public";
import { takeIn } from "@/features/delivery/receive/insert";
import { asFault } from "@/lib/fault";

/**
 * Have a delivery decided anew, with the configuration and the commits that there are now. It counts as told by a person:
 * what other deliveries told before does not hold it back. Where its commit is deployed already, or the branch has gone
 * on to one that was, it ends with that reason.
 * @returns the new delivery, which is worked within seconds
 * @throws Fault `not_found`
 */
export async function replay(caller: Caller, { deliveryId }: OneDelivery): Promise<Delivery> {
  const { row, provider } = await findDelivery(caller, deliveryId);
  const { organizationId, gitProviderId, sourceId, hostDeliveryId, body } = row;
  const headers = z.record(z.string(), z.string()).safeParse(row.headers).data ?? {};
  const source = "replay" as const;
  const again = { organizationId, gitProviderId, sourceId, hostDeliveryId, headers, body, source };
  const taken = await transaction(async (tx) => {
    const made = await takeIn(tx, { ...again, replayOfId: deliveryId });
    // One call may replay many: each is recorded with its own target.
    annotate({ target: { type: "delivery", id: deliveryId }, details: { replay: made.deliveryId } });
    return made;
  });
  const { deliveryId: id, receivedAt } = taken;
  const made = await db().webhookDelivery.findFirstOrThrow({
    where: { deliveryId: id, receivedAt, organizationId },
  });
  return toDelivery(made, provider);
}

/** The same for many, oldest first as they came. What cannot be replayed is told with the reason. */
export async function replayMany(caller: Caller, { deliveryIds }: ReplayMany): Promise<Replayed> {
  const items: Replayed["items"] = [];
  annotate({ target: { type: "delivery", id: deliveryIds[0] }, details: { count: deliveryIds.length } });
  for (const deliveryId of await inOrder(caller, [...new Set(deliveryIds)])) {
    try {
      items.push({ deliveryId, replay: await replay(caller, { deliveryId }), reason: null });
    } catch (error) {
      items.push({ deliveryId, replay: null, reason: shownReason(asFault(error).reason) });
    }
  }
  return { items };
}

async function inOrder({ organizationId }: Caller, deliveryIds: string[]): Promise<string[]> {
  const known = await db().webhookDelivery.findMany({
    where: { organizationId, deliveryId: { in: deliveryIds } },
    select: { deliveryId: true },
    orderBy: [{ receivedAt: "asc" }, { deliveryId: "asc" }],
  });
  const first = known.map(({ deliveryId }) => deliveryId);
  return [...first, ...deliveryIds.filter((id) => !first.includes(id))];
}
