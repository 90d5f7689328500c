import { type Db, db } from "@/db/client";

/** The commit that an environment is about to deploy, or else serves; null when there is none or it is not known yet. */
export async function currentCommit(
  { organizationId, environmentId }: { organizationId: string; environmentId: string },
  tx: Db = db(),
): Promise<string | null> {
  const [found] = await tx.$queryRaw<{ sha: string | null }[]>`
    SELECT COALESCE(
      (SELECT d."commit"->>'sha' FROM "deployment" d
        WHERE d."organizationId" = ${organizationId} AND d."environmentId" = ${environmentId}
          AND d."status" IN ('queued', 'running')
        ORDER BY d."createdAt" DESC LIMIT 1),
      (SELECT d."commit"->>'sha' FROM "environment" e
        JOIN "deployment" d ON d."organizationId" = e."organizationId" AND d."deploymentId" = e."currentDeploymentId"
        WHERE e."organizationId" = ${organizationId} AND e."environmentId" = ${environmentId})) AS sha`;
  return found?.sha ?? null;
}
