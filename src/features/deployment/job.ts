import { z } from "zod";
import { defineJob } from "@/queue/job";

/**
 * Signals that a deployment is queued. Each job runs one deployment, not always the named one: organizations take
 * turns, and an environment runs one at a time.
 */
export const deployJob = defineJob({
  name: "deploy",
  payload: z.object({ deploymentId: z.string() }),
  retries: 5,
});
