import type { Db } from "@/db/client";
import type { Job } from "@/queue/job";
import { ensureQueue } from "@/queue/queue";

/**
 * Add a job as part of the caller's transaction: it runs if the transaction commits, and never if it rolls back.
 * @param tx the open transaction; the plain client puts the job in at once
 */
export async function enqueue<Payload extends object>(
  tx: Db,
  job: Job<Payload>,
  payload: Payload,
): Promise<void> {
  const boss = await ensureQueue(job);
  const { fromPrisma } = await import("pg-boss");
  await boss.send(job.name, job.payload.parse(payload), { db: fromPrisma(tx) });
}
