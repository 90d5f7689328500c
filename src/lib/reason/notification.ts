import type { ReasonTable } from "@/lib/reason/table";

export const notificationReasons = {
  mail_not_set: () =>
    "This instance cannot send e-mail: SMTP_URL is not set. Ask its administrator to set it, or use a webhook.",
  mail_failed: () =>
    "The mail server did not take the e-mail. Check the address; if it is right, ask the administrator to look at SMTP_URL and the log.",
  notification_refused: (p) =>
    `The address answered with ${p.status} where a status from 200 to 299 was expected. Check the address and the program behind it.`,
  notification_recipient_taken: (p) =>
    `Notifications are already sent to ${p.address}. Remove it first to make it anew.`,
  notification_recipients_full: (p) =>
    `Notifications are sent to ${p.most} addresses at most. Remove one first.`,
} satisfies ReasonTable;
