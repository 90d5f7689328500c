import { db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { uniqueViolation } from "@/db/violation";
import { changeChannel } from "@/features/deployment/announce";
import { json } from "@/features/deployment/lease";
import type { Reason } from "@/lib/reason";
import type { CommitStatus } from "@/providers/reporting";

/** The right of one process to tell the host the state of one report. */
export interface Claim {
  deploymentId: string;
  organizationId: string;
  applicationId: string;
  sha: string;
  context: string;
  wanted: CommitStatus["state"];
  /** Since when that is wanted. */
  wantedAt: Date;
  /** How often telling it has failed. */
  tries: number;
  fence: number;
}

/** A process that has not said by then how it went is taken for dead. Longer than any call to a host may last. */
const sendingSeconds = 60;

/** Take a report that is due: the named one, or the one that has waited longest. */
export async function claimReport(deploymentId?: string): Promise<Claim | null> {
  const named = deploymentId ? Prisma.sql`AND r."deploymentId" = ${deploymentId}` : Prisma.empty;
  try {
    const [claim] = await db().$queryRaw<Claim[]>`
      WITH "next" AS MATERIALIZED (
        SELECT r."deploymentId" FROM "commit_report" r
        WHERE r."dueAt" <= clock_timestamp() AND NOT r."isSending" ${named} AND NOT EXISTS (
          SELECT 1 FROM "commit_report" o WHERE ${sameStatus} AND (o."isSending" OR o."eventId" > r."eventId"))
        ORDER BY r."dueAt" LIMIT 1 FOR UPDATE OF r SKIP LOCKED)
      UPDATE "commit_report" r SET "isSending" = true, "fence" = r."fence" + 1,
        "sendingUntil" = clock_timestamp() + make_interval(secs => ${sendingSeconds})
      FROM "next" WHERE r."deploymentId" = "next"."deploymentId"
      RETURNING r."deploymentId", r."organizationId", r."applicationId", r."sha", r."context", r."wanted",
        r."wantedAt", r."tries", r."fence"`;
    return claim ?? null;
  } catch (error) {
    if (uniqueViolation(error) !== null) return null; // another process was faster with the same status
    throw error;
  }
}

const sameStatus = Prisma.sql`o."applicationId" = r."applicationId" AND o."context" = r."context"
  AND o."sha" = r."sha" AND o."deploymentId" <> r."deploymentId"`;

/** Take claims from dead processes, and drop what a newer deployment of the same commit has overtaken. */
export async function releaseReports(): Promise<void> {
  await db().$executeRaw`UPDATE "commit_report" SET "isSending" = false
    WHERE "isSending" AND "sendingUntil" < clock_timestamp()`;
  await db().$executeRaw`UPDATE "commit_report" r SET "dueAt" = NULL
    WHERE r."dueAt" <= clock_timestamp() AND EXISTS (
      SELECT 1 FROM "commit_report" o WHERE ${sameStatus} AND o."eventId" > r."eventId")`;
}

/** The host was told. What became wanted meanwhile is due at once. */
export function recordTold(claim: Claim): Promise<void> {
  return record(
    claim,
    Prisma.sql`"told" = ${claim.wanted}, "toldAt" = clock_timestamp(), "tries" = 0,
      "reasonCode" = NULL, "reasonParams" = NULL,
      "dueAt" = CASE WHEN "wanted" <> ${claim.wanted} THEN clock_timestamp() END`,
  );
}

/** It failed. @param dueAt when to try again; null: it is given up, but for what became wanted meanwhile */
export function recordFailed(claim: Claim, { code, params }: Reason, dueAt: Date | null): Promise<void> {
  return record(
    claim,
    Prisma.sql`"tries" = "tries" + 1, "reasonCode" = ${code}, "reasonParams" = ${params ? json(params) : null},
      "dueAt" = CASE WHEN "wanted" <> ${claim.wanted} THEN coalesce(${dueAt}::timestamptz, clock_timestamp())
        ELSE ${dueAt}::timestamptz END`,
  );
}

/** There is nothing that could be told there. */
export function recordUnsupported(claim: Claim): Promise<void> {
  return record(claim, Prisma.sql`"isSupported" = false, "dueAt" = NULL`);
}

/**
 * Write how it went. A process that was taken for dead may have told the host something older than another one did
 * meanwhile: then what is wanted is told once more.
 */
async function record(claim: Claim, set: Prisma.Sql): Promise<void> {
  const { deploymentId, fence, applicationId, context, sha } = claim;
  const rows = await db().$queryRaw<unknown[]>`
    UPDATE "commit_report" SET "isSending" = false, "sendingUntil" = NULL, ${set}
    WHERE "deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "isSending"
    RETURNING pg_notify(${changeChannel}, "deploymentId")::text AS "notified"`;
  if (rows.length > 0) return;
  await db().$executeRaw`UPDATE "commit_report" r SET "told" = NULL, "dueAt" = clock_timestamp()
    WHERE r."applicationId" = ${applicationId} AND r."context" = ${context} AND r."sha" = ${sha}
      AND r."isSupported" AND NOT EXISTS (
        SELECT 1 FROM "commit_report" o WHERE ${sameStatus} AND o."eventId" > r."eventId")`;
}

/** Put off what else is due to the same provider: its host does not answer, and each try would wait for it. */
export async function putOffProvider({ deploymentId }: Claim, dueAt: Date): Promise<void> {
  await db().$executeRaw`UPDATE "commit_report" r SET "dueAt" = ${dueAt}::timestamptz FROM "commit_report" f
    WHERE f."deploymentId" = ${deploymentId} AND r."deploymentId" <> f."deploymentId"
      AND r."gitProviderId" = f."gitProviderId" AND r."dueAt" < ${dueAt}::timestamptz AND NOT r."isSending"`;
}
