import { type Db, db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { uniqueViolation } from "@/db/violation";
import { changeChannel } from "@/features/deployment/announce";
import { Fault } from "@/lib/fault";

/** The right of one process to run a deployment. Writes with an older fence, or after the end, are refused. */
export interface Lease {
  deploymentId: string;
  organizationId: string;
  applicationId: string;
  environmentId: string;
  fence: number;
}

/** Without a heartbeat for so long, the deployment is taken from the process. By the clock of the database. */
export const leaseSeconds = 20;
export const heartbeatMs = 2_000;

/**
 * Take the next deployment that may run: of the organization that runs the fewest, and of those the one whose turn is
 * longest ago, the oldest, in an environment where none runs.
 */
export async function take(): Promise<Lease | null> {
  // Who was slower looks again: its job is used up, and another deployment may be waiting for one.
  for (let tries = 0; tries < mostTakes; tries++) {
    const { lease, lost } = await takeOne();
    if (!lost) return lease;
  }
  return null;
}

const mostTakes = 10;

interface Taken {
  lease: Lease | null;
  /** Another process took the chosen one at the same moment. */
  lost: boolean;
}

async function takeOne(): Promise<Taken> {
  try {
    const [{ chosen, ...lease }] = await takeNext();
    if (lease.deploymentId === null) return { lease: null, lost: chosen };
    return { lease: lease as Lease, lost: false };
  } catch (error) {
    // Another process acquired a deployment of the same environment.
    if (uniqueViolation(error) !== null) return { lease: null, lost: true };
    throw error;
  }
}

type TakenRow = { [Name in keyof Lease]: Lease[Name] | null } & { chosen: boolean };

/** One statement, so that a process that stops here for a while holds no lock that others wait for. */
function takeNext(): Promise<[TakenRow]> {
  // The environment is locked first, as in `enqueueDeployment`: the other order would deadlock.
  return db().$queryRaw<[TakenRow]>`
    WITH "turn" AS MATERIALIZED (
      SELECT w."organizationId",
        (SELECT count(*) FROM "deployment" r
         WHERE r."organizationId" = w."organizationId" AND r."status" = 'running') AS "running",
        (SELECT max(s."startedAt") FROM "deployment" s
         WHERE s."organizationId" = w."organizationId" AND s."createdAt" > now() - interval '7 days') AS "last"
      FROM (SELECT DISTINCT "organizationId" FROM "deployment" WHERE "status" = 'queued') w),
    "next" AS MATERIALIZED (
      SELECT d."deploymentId" FROM "deployment" d
        JOIN "environment" e ON e."environmentId" = d."environmentId"
        JOIN "turn" t ON t."organizationId" = d."organizationId"
      WHERE d."status" = 'queued' AND NOT EXISTS (
        SELECT 1 FROM "deployment" o WHERE o."environmentId" = d."environmentId" AND o."status" = 'running')
      ORDER BY t."running", t."last" NULLS FIRST, d."createdAt"
      LIMIT 1 FOR NO KEY UPDATE OF e SKIP LOCKED),
    "taken" AS (
      UPDATE "deployment" d SET "status" = 'running', "fence" = "fence" + 1,
        "startedAt" = coalesce("startedAt", now()), "leaseExpiresAt" = ${leaseEnd}
      FROM "next" WHERE d."deploymentId" = "next"."deploymentId" AND d."status" = 'queued'
      RETURNING d."deploymentId", d."organizationId", d."applicationId", d."environmentId", d."fence",
        pg_notify(${changeChannel}, d."deploymentId")::text AS "notified")
    SELECT "deploymentId", "organizationId", "applicationId", "environmentId", "fence",
      EXISTS (SELECT 1 FROM "next") AS "chosen"
    FROM (SELECT 1) one LEFT JOIN "taken" ON true`;
}

const leaseEnd = Prisma.sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`;

export type LeaseState = "held" | "cancel" | "lost";

/** Prolong the lease, and learn whether the deployment is still wanted. */
export async function extendLease({ deploymentId, fence }: Lease): Promise<LeaseState> {
  const rows = await db().$queryRaw<{ cancelled: boolean }[]>`
    UPDATE "deployment" SET "leaseExpiresAt" = ${leaseEnd}
    WHERE "deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "status" = 'running'
    RETURNING "cancelRequestedAt" IS NOT NULL AS "cancelled"`;
  if (!rows[0]) return "lost";
  return rows[0].cancelled ? "cancel" : "held";
}

/**
 * Change a deployment under its lease. Check and change are one statement.
 * @throws Fault `conflict` reason `lease_lost`
 */
export async function change(tx: Db, { deploymentId, fence }: Lease, set: Prisma.Sql): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    UPDATE "deployment" SET ${set}
    WHERE "deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "status" = 'running'
    RETURNING pg_notify(${changeChannel}, "deploymentId")::text AS "notified"`;
  if (rows.length === 0) throw new Fault("conflict", { code: "lease_lost" });
}

export function json(value: unknown): Prisma.Sql {
  return Prisma.sql`${JSON.stringify(value)}::jsonb`;
}
