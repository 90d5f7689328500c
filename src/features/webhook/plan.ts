import { type Db, db, transaction } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { hookAddress } from "@/features/webhook/address";
import { newId } from "@/lib/id";
import type { HookNeed } from "@/providers/webhook";

/**
 * The repositories whose events are needed: through each provider, of each repository that an application deploys by
 * push or tag, or has previews of. A plain Git server has no ids: its repositories are told apart by their address.
 */
const neededSql = Prisma.sql`SELECT a."organizationId", a."gitProviderId", p."providerType",
    COALESCE(a."repositoryId", a."repositoryUrl") AS "repositoryId",
    min(a."repositoryFullName") AS "repositoryFullName",
    ARRAY_REMOVE(ARRAY[
      CASE WHEN bool_or(e."pushes") THEN 'push' END,
      CASE WHEN bool_or(a."previews" IS NOT NULL AND a."previews" <> 'null'::jsonb) THEN 'pullRequest' END,
      'repository'], NULL) AS "needs"
  FROM "application" a
  JOIN "git_provider" p ON p."organizationId" = a."organizationId" AND p."gitProviderId" = a."gitProviderId"
  CROSS JOIN LATERAL (SELECT COALESCE(bool_or(x."trigger" IN ('push', 'tag')), false) AS "pushes"
    FROM "environment" x WHERE x."organizationId" = a."organizationId" AND x."applicationId" = a."applicationId") e
  WHERE (e."pushes" OR (a."previews" IS NOT NULL AND a."previews" <> 'null'::jsonb))`;
const groupSql = Prisma.sql`GROUP BY 1, 2, 3, 4`;

interface Needed {
  organizationId: string;
  gitProviderId: string;
  providerType: string;
  repositoryId: string;
  repositoryFullName: string;
  needs: HookNeed[];
}

/** Write down which hooks an organization needs: new rows, other events, and those that are needed no more. */
export async function planHooks(tx: Db, organizationId: string): Promise<void> {
  const needed = await tx.$queryRaw<Needed[]>`${neededSql}
    AND a."organizationId" = ${organizationId} ${groupSql}`;
  const rows = await tx.webhook.findMany({ where: { organizationId } });
  const key = (of: { gitProviderId: string; repositoryId: string }) =>
    JSON.stringify([of.gitProviderId, of.repositoryId]);
  const known = new Map(rows.map((row) => [key(row), row]));
  await addRows(
    tx,
    needed.filter((one) => !known.has(key(one))),
  );
  for (const one of needed) {
    const row = known.get(key(one));
    known.delete(key(one));
    if (!row) continue;
    const { needs, repositoryFullName } = one;
    const isSame = row.needs.join() === needs.join() && row.repositoryFullName === repositoryFullName;
    if (isSame && !row.isUnwanted) continue;
    await tx.webhook.updateMany({
      where: { organizationId, webhookId: row.webhookId },
      data: { needs, repositoryFullName, isUnwanted: false, ...dueNow() },
    });
  }
  const unwanted = [...known.values()].filter((row) => !row.isUnwanted).map(({ webhookId }) => webhookId);
  if (unwanted.length === 0) return;
  await tx.webhook.updateMany({
    where: { organizationId, webhookId: { in: unwanted } },
    data: { isUnwanted: true, pollDueAt: null, ...dueNow() },
  });
}

async function addRows(tx: Db, needed: Needed[]): Promise<void> {
  if (needed.length === 0) return;
  const data = needed.map(({ providerType, ...one }) => {
    const webhookId = newId();
    return { ...one, webhookId, mode: "hook", url: hookAddress(providerType, webhookId) };
  });
  // Another transaction may have planned the same.
  await tx.webhook.createMany({ data, skipDuplicates: true });
}

function dueNow() {
  return { checkDueAt: new Date(), failures: 0 };
}

const strayedSql = Prisma.sql`WITH needed AS (${neededSql} ${groupSql})
  SELECT DISTINCT COALESCE(n."organizationId", w."organizationId") AS "organizationId"
  FROM needed n FULL JOIN "webhook" w
    ON w."gitProviderId" = n."gitProviderId" AND w."repositoryId" = n."repositoryId"
  WHERE w."webhookId" IS NULL OR (n."gitProviderId" IS NULL) <> w."isUnwanted" OR w."needs" <> n."needs"
    OR w."repositoryFullName" <> n."repositoryFullName"`;

/**
 * The same for every organization whose hooks differ from what is needed: a provider was given other applications, or
 * two changes at the same time did not see each other.
 */
export async function planAllHooks(): Promise<void> {
  const rows = await db().$queryRaw<{ organizationId: string }[]>(strayedSql);
  for (const { organizationId } of rows) await transaction((tx) => planHooks(tx, organizationId));
}
