import { tellHost } from "@/features/commit-status/tell";
import { wantStatus } from "@/features/commit-status/want";
import type { Follower } from "@/features/deployment/events";

/** Has the host show beside the commit how its deployment goes. */
export const commitStatusFollower: Follower = {
  name: "commit-status",
  concurrency: 4,
  async handle({ deploymentId }) {
    if (await wantStatus(deploymentId)) await tellHost(deploymentId);
  },
};
