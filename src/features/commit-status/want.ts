import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { statusContext } from "@/features/commit-status/context";

/** What a host shows beside a commit for a deployment of that status. */
const wanted = Prisma.sql`CASE
  WHEN d."status" IN ('queued', 'running') THEN 'pending'
  WHEN d."status" = 'succeeded' AND d."warnings" = '[]' THEN 'success'
  WHEN d."status" = 'succeeded' THEN 'warning'
  WHEN d."status" = 'failed' THEN 'failure'
  ELSE 'cancelled' END`;

/**
 * Note what the host is to show for a deployment as it is now, once its commit is known. One statement: status and last
 * event are of the same moment, so that of two calls the newer state stays, whichever is written first.
 * @returns whether there is a report
 */
export async function wantStatus(deploymentId: string): Promise<boolean> {
  const context = await statusContext(deploymentId);
  if (context === null) return false;
  const written = await db().$executeRaw`
    INSERT INTO "commit_report" AS r ("deploymentId", "organizationId", "applicationId", "gitProviderId", "sha",
      "context", "wanted", "eventId")
    SELECT d."deploymentId", d."organizationId", d."applicationId", a."gitProviderId", d."commit"->>'sha',
      ${context}, ${wanted}, e."eventId"
    FROM "deployment" d JOIN "application" a ON a."applicationId" = d."applicationId",
      LATERAL (SELECT max("id") AS "eventId" FROM "deployment_event"
        WHERE "organizationId" = d."organizationId" AND "deploymentId" = d."deploymentId") e
    WHERE d."deploymentId" = ${deploymentId} AND d."commit"->>'sha' IS NOT NULL AND e."eventId" IS NOT NULL
    ON CONFLICT ("deploymentId") DO UPDATE SET "eventId" = excluded."eventId", ${changed}
    WHERE r."eventId" < excluded."eventId"`;
  return written > 0;
}

/** Another state begins anew; the same one goes on as it is. */
const changed = Prisma.join(
  [
    ["wanted", Prisma.sql`excluded."wanted"`],
    ["wantedAt", Prisma.sql`clock_timestamp()`],
    ["dueAt", Prisma.sql`CASE WHEN r."isSupported" THEN clock_timestamp() END`],
    ["tries", Prisma.sql`0`],
    ["reasonCode", Prisma.sql`NULL`],
    ["reasonParams", Prisma.sql`NULL`],
  ].map(([name, value]) => {
    const column = Prisma.raw(`"${name}"`);
    return Prisma.sql`${column} = CASE WHEN r."wanted" = excluded."wanted" THEN r.${column} ELSE ${value} END`;
  }),
);
