import { z } from "zod";
import { notificationEvents } from "@/features/notification/contract";
import { defineJob } from "@/queue/job";

/**
 * One notification to one recipient. Its content is read at the time of sending: what no longer holds is not sent.
 */
export const notificationJob = defineJob({
  name: "notification",
  payload: z.object({
    notificationRecipientId: z.string(),
    gitProviderId: z.string(),
    event: z.enum(notificationEvents),
    /** The same for every try, so that a receiver recognizes a repeat. */
    messageId: z.string(),
  }),
  // About six hours in all.
  retries: 11,
  firstPauseSeconds: 30,
  longestPauseSeconds: 3600,
});
