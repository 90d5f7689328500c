/**
 * The only file that writes the status of a deployment. Each transition leaves its event in `deployment_event`, within
 * the same statement or the transaction of its caller, so that whoever follows (`events.ts`) misses none. What a worker
 * does under its lease is one statement, so that a suspended process holds no lock.
 */
import { type Db, db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { uniqueViolation } from "@/db/violation";
import { changeChannel } from "@/features/deployment/announce";
import type { Step } from "@/features/deployment/contract";
import { held, json, type Lease, leaseEnd, leaseLost } from "@/features/deployment/lease";
import { type DeploymentRow, withEnvironment } from "@/features/deployment/public";
import { closeSteps, freshSteps, readSteps } from "@/features/deployment/step";
import type { Commit } from "@/git/nouns";
import type { Reason } from "@/lib/reason";

/** Notified when there are events to relay. */
export const eventChannel = "slipway_deployment_event";

/** Change the rows and leave an event for each, in one statement. @returns their ids */
async function transition(tx: Db, where: Prisma.Sql, set: Prisma.Sql): Promise<string[]> {
  const rows = await tx.$queryRaw<{ deploymentId: string }[]>`
    WITH "changed" AS (
      UPDATE "deployment" SET ${set} WHERE ${where}
      RETURNING "organizationId", "deploymentId", "status"),
    "event" AS (${insertEvents})
    SELECT "deploymentId", ${notify} FROM "changed"`;
  return rows.map((row) => row.deploymentId);
}

const insertEvents = Prisma.sql`
  INSERT INTO "deployment_event" ("organizationId", "deploymentId", "status")
  SELECT "organizationId", "deploymentId", "status" FROM "changed"`;

const notify = Prisma.sql`pg_notify(${changeChannel}, "deploymentId")::text AS "notified",
  pg_notify(${eventChannel}, '')::text AS "woken"`;

/** Under the lease. @throws Fault `conflict` reason `lease_lost` */
async function transitionHeld(lease: Lease, set: Prisma.Sql): Promise<void> {
  if ((await transition(db(), held(lease), set)).length === 0) throw leaseLost();
}

function reasonSql(reason: Reason | undefined): Prisma.Sql {
  const params = reason?.params ? json(reason.params) : Prisma.sql`NULL`;
  return Prisma.sql`"reasonCode" = ${reason?.code ?? null}, "reasonParams" = ${params}`;
}

type NewRow = Omit<Prisma.DeploymentUncheckedCreateInput, "status" | "steps">;

/** A new deployment, which waits for a worker. */
export function insertQueued(tx: Db, data: NewRow): Promise<DeploymentRow> {
  return insert(tx, { ...data, status: "queued", steps: freshSteps() });
}

/** One that is left out from the start, so that people read why nothing was deployed. */
export function insertSkipped(tx: Db, data: NewRow, { code, params }: Reason): Promise<DeploymentRow> {
  return insert(tx, {
    ...data,
    status: "skipped",
    steps: closeSteps(freshSteps(), "cancelled"),
    reasonCode: code,
    reasonParams: params as Prisma.InputJsonObject | undefined,
    finishedAt: new Date(),
  });
}

async function insert(tx: Db, data: Prisma.DeploymentUncheckedCreateInput): Promise<DeploymentRow> {
  const row = await tx.deployment.create({ data, include: withEnvironment });
  const { organizationId, deploymentId, status } = row;
  await tx.$queryRaw`
    WITH "changed" AS (
      INSERT INTO "deployment_event" ("organizationId", "deploymentId", "status")
      VALUES (${organizationId}, ${deploymentId}, ${status}) RETURNING "deploymentId")
    SELECT ${notify} FROM "changed"`;
  return row;
}

/** Leave out what waits for an environment, in favour of a newer deployment. */
export async function skipQueued(tx: Db, environmentId: string): Promise<void> {
  await transition(
    tx,
    Prisma.sql`"environmentId" = ${environmentId} AND "status" = 'queued'`,
    Prisma.sql`"status" = 'skipped', ${reasonSql({ code: "deploy_superseded" })},
      "steps" = ${json(closeSteps(freshSteps(), "cancelled"))}, "finishedAt" = clock_timestamp()`,
  );
}

/** End a deployment that no worker has taken. @returns whether it was still queued */
export async function endQueued(
  tx: Db,
  deploymentId: string,
  { status, reason }: { status: "failed" | "cancelled" | "skipped"; reason: Reason },
): Promise<boolean> {
  const ended = await transition(
    tx,
    Prisma.sql`"deploymentId" = ${deploymentId} AND "status" = 'queued'`,
    Prisma.sql`"status" = ${status}, ${reasonSql(reason)},
      "steps" = ${json(closeSteps(freshSteps(), "cancelled"))}, "finishedAt" = clock_timestamp()`,
  );
  return ended.length > 0;
}

/** Store which commit a deployment that waits is about; told as by `storeCommit`. */
export async function storeQueuedCommit(deploymentId: string, commit: Commit): Promise<void> {
  await transition(
    db(),
    Prisma.sql`"deploymentId" = ${deploymentId} AND "status" = 'queued'`,
    Prisma.sql`"commit" = ${json(commit)}`,
  );
}

/** Have the worker of a running deployment end it. */
export async function requestCancel(tx: Db, deploymentId: string, { code, params }: Reason): Promise<void> {
  const data = {
    reasonCode: code,
    reasonParams: params as Prisma.InputJsonObject,
    cancelRequestedAt: new Date(),
  };
  await tx.deployment.update({ where: { deploymentId }, data });
}

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
    const [{ chosen, deploymentId, organizationId, applicationId, environmentId, fence }] = await takeNext();
    if (deploymentId === null) return { lease: null, lost: chosen };
    const lease = { deploymentId, organizationId, applicationId, environmentId, fence } as Lease;
    return { lease, lost: false };
  } catch (error) {
    // Another process acquired a deployment of the same environment.
    if (uniqueViolation(error) !== null) return { lease: null, lost: true };
    throw error;
  }
}

type TakenRow = { [Name in keyof Lease]: Lease[Name] | null } & { chosen: boolean };

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
      WHERE d."status" = 'queued' AND d."checksDueAt" IS NULL AND NOT EXISTS (
        SELECT 1 FROM "deployment" o WHERE o."environmentId" = d."environmentId" AND o."status" = 'running')
      ORDER BY t."running", t."last" NULLS FIRST, d."createdAt"
      LIMIT 1 FOR NO KEY UPDATE OF e SKIP LOCKED),
    "changed" AS (
      UPDATE "deployment" d SET "status" = 'running', "fence" = "fence" + 1,
        "startedAt" = coalesce("startedAt", now()), "leaseExpiresAt" = ${leaseEnd}
      FROM "next" WHERE d."deploymentId" = "next"."deploymentId" AND d."status" = 'queued'
      RETURNING d."organizationId", d."deploymentId", d."status", d."applicationId", d."environmentId", d."fence"),
    "event" AS (${insertEvents})
    SELECT "deploymentId", "organizationId", "applicationId", "environmentId", "fence",
      EXISTS (SELECT 1 FROM "next") AS "chosen", ${notify}
    FROM (SELECT 1) one LEFT JOIN "changed" ON true`;
}

export interface Ending {
  status: "succeeded" | "failed" | "cancelled";
  steps: Step[];
  /** Absent when it went well, and for a cancelled one, which has kept who cancelled it. */
  reason?: Reason;
}

/** End a deployment under its lease. @throws Fault reason `lease_lost` */
export function endHeld(lease: Lease, { status, steps, reason }: Ending): Promise<void> {
  const why = status === "cancelled" ? Prisma.empty : Prisma.sql`${reasonSql(reason)},`;
  return transitionHeld(
    lease,
    Prisma.sql`"status" = ${status}, "steps" = ${json(steps)}, ${why}
      "finishedAt" = clock_timestamp(), "leaseExpiresAt" = NULL`,
  );
}

/** Return an unfinished deployment to the queue, under its lease. @throws Fault reason `lease_lost` */
export function returnToQueue(lease: Lease): Promise<void> {
  // A deployment that was cancelled meanwhile must not start again.
  const status = Prisma.sql`CASE WHEN "cancelRequestedAt" IS NULL THEN 'queued' ELSE 'cancelled' END`;
  return transitionHeld(
    lease,
    Prisma.sql`"status" = ${status}, "steps" = ${json(freshSteps())}, "leaseExpiresAt" = NULL,
      "finishedAt" = CASE WHEN "cancelRequestedAt" IS NOT NULL THEN clock_timestamp() END`,
  );
}

/** Store which commit is deployed. It is told like a transition, since a status at the host needs the commit. */
export function storeCommit(lease: Lease, commit: Commit): Promise<void> {
  return transitionHeld(lease, Prisma.sql`"commit" = ${json(commit)}`);
}

/** A running deployment whose process died; its row is locked by the caller. */
export interface Orphan {
  deploymentId: string;
  tries: number;
  steps: unknown;
}

export async function requeueOrphan(tx: Db, { deploymentId, tries }: Orphan): Promise<void> {
  await transition(
    tx,
    Prisma.sql`"deploymentId" = ${deploymentId}`,
    Prisma.sql`"status" = 'queued', "tries" = ${tries}, "leaseExpiresAt" = NULL,
      "steps" = ${json(freshSteps())}`,
  );
}

export async function endOrphan(
  tx: Db,
  { deploymentId, tries, steps }: Orphan,
  { status, reason }: Pick<Ending, "status" | "reason">,
): Promise<void> {
  const why = reason ? Prisma.sql`${reasonSql(reason)},` : Prisma.empty;
  await transition(
    tx,
    Prisma.sql`"deploymentId" = ${deploymentId}`,
    Prisma.sql`"status" = ${status}, "tries" = ${tries}, "leaseExpiresAt" = NULL, ${why}
      "steps" = ${json(closeSteps(readSteps(steps), status))}, "finishedAt" = clock_timestamp()`,
  );
}

/**
 * End what had not ended when a backup was made, so that nothing runs a second time. No event: the instance that the
 * backup is of may have told another end since.
 */
export const endRestored = `UPDATE "deployment" SET "status" = 'cancelled', "reasonCode" = 'restored',
  "reasonParams" = NULL, "leaseExpiresAt" = NULL, "finishedAt" = now() WHERE "status" IN ('queued', 'running')`;
