import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { NotificationRecipientList } from "@/features/notification/contract";
import { showRecipient } from "@/features/notification/find";
import { canMail } from "@/lib/mail";

/** The recipients of the organization, oldest first. */
export async function listRecipients({ organizationId }: Caller): Promise<NotificationRecipientList> {
  const rows = await db().notificationRecipient.findMany({
    where: { organizationId },
    orderBy: { createdAt: "asc" },
  });
  return { items: rows.map(showRecipient), canMail: canMail() };
}
