import { type Db, db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import type { Step } from "@/features/deployment/contract";
import { deployJob } from "@/features/deployment/job";
import { change, json, type Lease } from "@/features/deployment/run/lease";
import { freshSteps } from "@/features/deployment/step";
import type { Reason } from "@/lib/reason";
import { enqueue } from "@/queue/enqueue";

export interface Ending {
  status: "succeeded" | "failed" | "cancelled";
  steps: Step[];
  /** Absent when it went well, and for a cancelled one, which has kept who cancelled it. */
  reason?: Reason;
}

/**
 * End a deployment under its lease, and queue a job for the next one of its environment. One statement, so that a
 * suspended process holds no lock; if that job is lost, `requeueStalled` makes another.
 * @throws Fault reason `lease_lost`
 */
export async function finish(lease: Lease, { status, steps, reason }: Ending): Promise<void> {
  const why = status === "cancelled" ? Prisma.empty : reasonSql(reason);
  await change(
    db(),
    lease,
    Prisma.sql`"status" = ${status}, "steps" = ${json(steps)}, ${why}
      "finishedAt" = clock_timestamp(), "leaseExpiresAt" = NULL`,
  );
  await enqueueNext(db(), lease.environmentId);
}

function reasonSql(reason: Reason | undefined): Prisma.Sql {
  const params = reason?.params ? json(reason.params) : Prisma.sql`NULL`;
  return Prisma.sql`"reasonCode" = ${reason?.code ?? null}, "reasonParams" = ${params},`;
}

/**
 * Return an unfinished deployment to the queue, because this process shuts down. It starts again in another process or
 * after the restart.
 */
export async function giveBack(lease: Lease): Promise<void> {
  const steps = json(freshSteps());
  // A deployment that was cancelled meanwhile must not start again.
  const status = Prisma.sql`CASE WHEN "cancelRequestedAt" IS NULL THEN 'queued' ELSE 'cancelled' END`;
  await change(
    db(),
    lease,
    Prisma.sql`"status" = ${status}, "steps" = ${steps}, "leaseExpiresAt" = NULL,
      "finishedAt" = CASE WHEN "cancelRequestedAt" IS NOT NULL THEN clock_timestamp() END`,
  );
  await enqueue(db(), deployJob, { deploymentId: lease.deploymentId });
}

/** Queue a job for the next deployment waiting for this environment. */
export async function enqueueNext(tx: Db, environmentId: string): Promise<void> {
  const next = await tx.deployment.findFirst({
    where: { environmentId, status: "queued" },
    orderBy: { createdAt: "asc" },
    select: { deploymentId: true },
  });
  if (next) await enqueue(tx, deployJob, next);
}
