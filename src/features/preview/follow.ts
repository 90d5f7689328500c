import { transaction } from "@/db/client";
import type { Follower } from "@/features/deployment/events";
import { changeComment } from "@/features/preview/comment-row";

/** Has the comment on a request say what became of the deployments of its preview. */
export const previewComments: Follower = {
  name: "preview-comments",
  concurrency: 2,
  handle: ({ organizationId, deploymentId }) =>
    transaction(async (tx) => {
      const environment = { kind: "preview", requestNumber: { not: null } };
      const preview = await tx.environment.findFirst({
        where: { organizationId, ...environment, deployments: { some: { deploymentId } } },
      });
      if (preview) await changeComment(tx, preview, null);
    }),
};
