import { db } from "@/db/client";
import { ownContexts } from "@/features/deployment/application-host";

/**
 * The name under which a host shows the status of a deployment: `slipway/production`, and one for all previews, so that a
 * rule of the host can ask for it. Of several applications of a repository the first has that name; the others are told
 * apart by their slug, or each would replace what the other told.
 * @returns null when the deployment is gone
 */
export async function statusContext(deploymentId: string): Promise<string | null> {
  const row = await db().deployment.findUnique({
    where: { deploymentId },
    select: {
      environment: { select: { name: true, kind: true } },
      application: {
        select: {
          applicationId: true,
          slug: true,
          gitProviderId: true,
          repositoryFullName: true,
          createdAt: true,
        },
      },
    },
  });
  if (!row) return null;
  const { environment, application } = row;
  const { applicationId, slug, gitProviderId, repositoryFullName, createdAt } = application;
  const earlier = await db().application.count({
    where: {
      gitProviderId,
      repositoryFullName,
      OR: [{ createdAt: { lt: createdAt } }, { createdAt, applicationId: { lt: applicationId } }],
    },
  });
  const name = environment.kind === "preview" ? "preview" : environment.name;
  return `${ownContexts}${earlier > 0 ? `${slug}/` : ""}${name}`;
}
