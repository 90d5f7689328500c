import { z } from "zod";
import { defineJob } from "@/queue/job";

/**
 * A deployment may be there to be run. Each job runs one: not always the named one, since organizations take turns
 * and an environment runs one at a time.
 */
export const deployJob = defineJob({
  name: "deploy",
  payload: z.object({ deploymentId: z.string() }),
  retries: 5,
});
