import type { TargetRow } from "@/features/notice/find";
import { mailOf } from "@/features/notice/mail-text";
import type { News } from "@/features/notice/news";
import { callWebhook } from "@/features/notice/webhook";
import { sendMail } from "@/lib/mail";

/**
 * Send news to a target, once.
 * @param messageId the same for every try of the same news
 * @throws Fault `unsupported` reason `mail_not_set` | `unavailable` | `bad_response` | `address_refused`
 */
export async function send(target: TargetRow, messageId: string, news: News): Promise<void> {
  if (target.kind === "email") await sendMail(mailOf(target.address, news));
  else await callWebhook(target, messageId, news);
}
