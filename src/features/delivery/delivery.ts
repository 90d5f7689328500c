import type { Caller } from "@/access/caller";
import type { Delivery, OneDelivery } from "@/features/delivery/contract";
import { findDelivery } from "@/features/delivery/find";
import { toDeliveryDetail } from "@/features/delivery/public";

/** One delivery with the rules that were looked at. @throws Fault `not_found` */
export async function delivery(caller: Caller, { deliveryId }: OneDelivery): Promise<Delivery> {
  const { row, provider } = await findDelivery(caller, deliveryId);
  return toDeliveryDetail(row, provider);
}
