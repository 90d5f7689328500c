import { db } from "@/db/client";
import type { WebhookRow } from "@/features/webhook/row";
import { namePattern } from "@/git/pattern";
import { patternsOf } from "@/git/pattern-list";

/** What the applications of one repository follow. */
export interface Followed {
  /** Branches by name, where no environment has patterns; null: all branches have to be listed. */
  branches: string[] | null;
  isFollowedBranch(name: string): boolean;
  /** Null: no environment follows tags. */
  isFollowedTag: ((name: string) => boolean) | null;
  hasPreviews: boolean;
  /** Commits that were last deployed, by branch: what a hook had told before it was missed. */
  deployed: Record<string, string>;
  /** Open previews by the number of their request, with the commit they show. */
  previews: Record<string, string>;
}

export async function followedOf(row: WebhookRow): Promise<Followed> {
  const { organizationId, gitProviderId, repositoryId } = row;
  const applications = await db().application.findMany({
    where: {
      organizationId,
      gitProviderId,
      OR: [{ repositoryId }, { repositoryId: null, repositoryUrl: repositoryId }],
    },
    include: { environments: true },
  });
  const environments = applications.flatMap((application) => application.environments);
  const following = environments.filter((one) => one.requestNumber === null);
  const byBranch = following.filter((one) => one.trigger === "push");
  const byTag = following.filter((one) => one.trigger === "tag");
  const names = [...new Set(byBranch.map((one) => one.branch))];
  const hasPatterns = byBranch.some((one) => one.branchPatterns.length > 0);
  const branchFits = byBranch.map(({ branch, branchPatterns }) =>
    fitting(branchPatterns.length > 0 ? branchPatterns : [branch], branchPatterns.length > 0),
  );
  const tagFits = byTag.map(({ tagPattern }) => fitting(patternsOf(tagPattern), true));
  return {
    branches: hasPatterns ? null : names,
    isFollowedBranch: (name) => branchFits.some((fits) => fits(name)),
    isFollowedTag: byTag.length > 0 ? (name) => tagFits.some((fits) => fits(name)) : null,
    hasPreviews: applications.some(({ previews }) => previews !== null),
    deployed: await lastDeployed(byBranch),
    previews: Object.fromEntries(
      environments.flatMap(({ requestNumber, headSha }) =>
        requestNumber === null ? [] : [[requestNumber, headSha ?? ""]],
      ),
    ),
  };
}

function fitting(patterns: string[], isPattern: boolean): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  if (!isPattern) return (name) => patterns.includes(name);
  const match = namePattern(patterns);
  return (name) => match(name) !== null;
}

async function lastDeployed(
  environments: { organizationId: string; environmentId: string }[],
): Promise<Record<string, string>> {
  const ids = environments.map(({ environmentId }) => environmentId);
  const [{ organizationId } = { organizationId: "" }] = environments;
  const causes = await db().deploymentCause.findMany({
    where: { organizationId, environmentId: { in: ids }, NOT: { ref: { startsWith: "refs/" } } },
    orderBy: { createdAt: "asc" },
    select: { ref: true, after: true },
    take: 1000,
  });
  const deployments = await db().deployment.findMany({
    where: { organizationId, environmentId: { in: ids } },
    orderBy: { createdAt: "desc" },
    distinct: ["environmentId", "ref"],
    select: { ref: true, commit: true },
    take: 200,
  });
  const ofDeployments = deployments.flatMap(({ ref, commit }) => {
    const sha = typeof commit === "object" && commit !== null && "sha" in commit ? commit.sha : null;
    return typeof sha === "string" ? [[ref, sha] as const] : [];
  });
  return Object.fromEntries([...causes.map(({ ref, after }) => [ref, after] as const), ...ofDeployments]);
}
