import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { OneNotificationRecipient } from "@/features/notification/contract";
import { findRecipient } from "@/features/notification/find";
import type { Nothing } from "@/lib/shape";

/** Send nothing more to it; what waits to be sent is dropped. @throws Fault `not_found` */
export async function removeRecipient(
  caller: Caller,
  { notificationRecipientId }: OneNotificationRecipient,
): Promise<Nothing> {
  const { organizationId } = await findRecipient(caller, notificationRecipientId);
  await db().notificationRecipient.deleteMany({ where: { organizationId, notificationRecipientId } });
  return {};
}
