import type { NotificationContent } from "@/features/notification/content";
import type { RecipientRow } from "@/features/notification/find";
import { mailOf } from "@/features/notification/mail-text";
import { callWebhook } from "@/features/notification/webhook";
import { sendMail } from "@/lib/mail";

/**
 * Send a notification to a recipient, once.
 * @param messageId the same for every try of the same notification
 * @throws Fault `unsupported` reason `mail_not_set` | `unavailable` | `bad_response` | `address_refused`
 */
export async function send(
  recipient: RecipientRow,
  messageId: string,
  content: NotificationContent,
): Promise<void> {
  if (recipient.kind === "email") await sendMail(mailOf(recipient.address, content));
  else await callWebhook(recipient, messageId, content);
}
