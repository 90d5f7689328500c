import { z } from "zod";
import { noticeEvents } from "@/features/notice/contract";
import { defineJob } from "@/queue/job";

/** One thing to tell one target. What is told is read when it is sent: news that no longer holds is not sent. */
export const noticeJob = defineJob({
  name: "notice",
  payload: z.object({
    noticeTargetId: z.string(),
    gitProviderId: z.string(),
    event: z.enum(noticeEvents),
    /** The same for every try, so that a receiver can tell a repeat. */
    messageId: z.string(),
  }),
  // About six hours in all.
  retries: 11,
  firstPauseSeconds: 30,
  longestPauseSeconds: 3600,
});
