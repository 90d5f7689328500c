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
          organizationId: true,
          slug: true,
          repositoryId: true,
          repositoryUrl: true,
          createdAt: true,
          gitProvider: { select: { providerType: true } },
        },
      },
    },
  });
  if (!row) return null;
  const { environment, application } = row;
  const isFirst = (await earlierOfRepository(application)) === 0;
  const name = environment.kind === "preview" ? "preview" : environment.name;
  return `${ownContexts}${isFirst ? "" : `${application.slug}/`}${name}`;
}

interface OfRepository {
  applicationId: string;
  organizationId: string;
  repositoryId: string | null;
  repositoryUrl: string;
  createdAt: Date;
  gitProvider: { providerType: string };
}

/** Applications of the same repository that were there before, through whichever provider of its host. */
async function earlierOfRepository(application: OfRepository): Promise<number> {
  const { applicationId, organizationId, repositoryId, repositoryUrl, createdAt, gitProvider } = application;
  const rows = await db().application.findMany({
    where: {
      organizationId,
      gitProvider,
      ...(repositoryId === null ? { repositoryUrl } : { repositoryId }),
      OR: [{ createdAt: { lt: createdAt } }, { createdAt, applicationId: { lt: applicationId } }],
    },
    select: { repositoryUrl: true },
  });
  return rows.filter((row) => hostOf(row.repositoryUrl) === hostOf(repositoryUrl)).length;
}

/** A repository that was renamed keeps its id and its host. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
