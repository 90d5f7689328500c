import { z } from "zod";
import { Email, Id, Instant } from "@/lib/shape";

/** What an organization is notified of. */
export const notificationEvents = ["expiring", "broken", "recovered"] as const;
export type NotificationEvent = (typeof notificationEvents)[number];

/** Where notifications go: a mailbox, or a URL that is called. */
export const NotificationRecipient = z.object({
  notificationRecipientId: Id,
  kind: z.enum(["email", "webhook"]),
  address: z.string(),
  createdAt: Instant,
});
export type NotificationRecipient = z.infer<typeof NotificationRecipient>;

/** `canMail` is false while this instance has no SMTP_URL: e-mail recipients get nothing then. */
export const NotificationRecipientList = z.object({
  items: z.array(NotificationRecipient),
  canMail: z.boolean(),
});
export type NotificationRecipientList = z.infer<typeof NotificationRecipientList>;

export const CreateNotificationRecipient = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("email"), address: Email }),
  z.object({ kind: z.literal("webhook"), address: z.string().trim().min(1).max(2048) }),
]);
export type CreateNotificationRecipient = z.infer<typeof CreateNotificationRecipient>;

/** `signingSecret` is shown this once: `whsec_` and base64, as Standard Webhooks has it. Null for e-mail. */
export const CreatedNotificationRecipient = NotificationRecipient.extend({
  signingSecret: z.string().nullable(),
});
export type CreatedNotificationRecipient = z.infer<typeof CreatedNotificationRecipient>;

export const OneNotificationRecipient = z.object({ notificationRecipientId: Id });
export type OneNotificationRecipient = z.infer<typeof OneNotificationRecipient>;
