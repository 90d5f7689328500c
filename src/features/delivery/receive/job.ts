import { z } from "zod";
import { defineJob } from "@/queue/job";

/**
 * A delivery was taken in and is to be worked. With its time it is found in its partition. The tries last for more than
 * an hour: so long a host may say that it takes no more calls.
 */
export const deliveryJob = defineJob({
  name: "delivery",
  payload: z.object({ deliveryId: z.string(), receivedAt: z.coerce.date() }),
  retries: 12,
  longestPauseSeconds: 900,
});
