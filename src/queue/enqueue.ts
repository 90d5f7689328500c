import type { Db } from "@/db/client";
import type { Job } from "@/queue/job";
import { ensureQueue } from "@/queue/queue";

/** Something that runs statements of SQL within one transaction. */
export interface Statements {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A transaction of Prisma, or its client, as the queue takes it. */
export async function prismaStatements(tx: Db): Promise<Statements> {
  const { fromPrisma } = await import("pg-boss");
  return fromPrisma(tx);
}

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
  await boss.send(job.name, job.payload.parse(payload), { db: await prismaStatements(tx) });
}

/** Add many jobs of one kind in one statement, as part of a transaction. */
export async function enqueueMany<Payload extends object>(
  tx: Statements,
  job: Job<Payload>,
  payloads: readonly Payload[],
): Promise<void> {
  const boss = await ensureQueue(job);
  if (payloads.length === 0) return;
  await boss.insert(
    job.name,
    payloads.map((payload) => ({ data: job.payload.parse(payload) })),
    { db: tx },
  );
}
