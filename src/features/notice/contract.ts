import { z } from "zod";
import { Email, Id, Instant } from "@/lib/shape";

/** What an organization is told of a provider. */
export const noticeEvents = ["expiring", "broken", "recovered"] as const;
export type NoticeEvent = (typeof noticeEvents)[number];

/** Where an organization wants to be told: a mailbox, or a URL of its own that is called. */
export const NoticeTarget = z.object({
  noticeTargetId: Id,
  kind: z.enum(["email", "webhook"]),
  address: z.string(),
  createdAt: Instant,
});
export type NoticeTarget = z.infer<typeof NoticeTarget>;

/** `canMail` is false while this instance has no SMTP_URL: e-mail targets get nothing then. */
export const NoticeTargetList = z.object({ items: z.array(NoticeTarget), canMail: z.boolean() });
export type NoticeTargetList = z.infer<typeof NoticeTargetList>;

export const CreateNoticeTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("email"), address: Email }),
  z.object({ kind: z.literal("webhook"), address: z.string().trim().min(1).max(2048) }),
]);
export type CreateNoticeTarget = z.infer<typeof CreateNoticeTarget>;

/** `signingSecret` is shown this once: `whsec_` and base64, as Standard Webhooks has it. Null for e-mail. */
export const CreatedNoticeTarget = NoticeTarget.extend({ signingSecret: z.string().nullable() });
export type CreatedNoticeTarget = z.infer<typeof CreatedNoticeTarget>;

export const OneNoticeTarget = z.object({ noticeTargetId: Id });
export type OneNoticeTarget = z.infer<typeof OneNoticeTarget>;
