import { type Db, db } from "@/db/client";
import { deployJob } from "@/features/deployment/job";
import type { Lease } from "@/features/deployment/lease";
import { type Ending, endHeld, returnToQueue } from "@/features/deployment/state";
import { enqueue } from "@/queue/enqueue";

/**
 * End a deployment under its lease, and queue a job for the next one of its environment. If that job is lost,
 * `requeueStalled` makes another.
 * @throws Fault reason `lease_lost`
 */
export async function finish(lease: Lease, ending: Ending): Promise<void> {
  await endHeld(lease, ending);
  await enqueueNext(db(), lease.environmentId);
}

/**
 * Return an unfinished deployment to the queue, because this process shuts down. It starts again in another process or
 * after the restart.
 */
export async function giveBack(lease: Lease): Promise<void> {
  await returnToQueue(lease);
  await enqueue(db(), deployJob, { deploymentId: lease.deploymentId });
}

/** Queue a job for the next deployment waiting for this environment. */
export async function enqueueNext(tx: Db, environmentId: string): Promise<void> {
  const next = await tx.deployment.findFirst({
    where: { environmentId, status: "queued", checksDueAt: null },
    orderBy: { createdAt: "asc" },
    select: { deploymentId: true },
  });
  if (next) await enqueue(tx, deployJob, next);
}
