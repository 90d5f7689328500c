import type { PgBoss } from "pg-boss";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Job } from "@/queue/job";
import { ensureQueue } from "@/queue/queue";

export interface WorkOptions {
  /** How many at a time in this process. */
  concurrency: number;
}

type Handler<Payload> = (payload: Payload) => Promise<void>;

const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5, heartbeatRefreshSeconds: 10 };

/**
 * Run the jobs of one kind as they come in. A handler that throws is called again later, up to the job's retries.
 * @returns a function that stops taking new jobs; running ones continue
 */
export async function work<Payload extends object>(
  job: Job<Payload>,
  { concurrency }: WorkOptions,
  handler: Handler<Payload>,
): Promise<() => Promise<void>> {
  const boss = await ensureQueue(job);
  for (let hand = 0; hand < concurrency; hand++) await addHand(boss, job, handler);
  return () => boss.offWork(job.name, { wait: false });
}

async function addHand<Payload extends object>(
  boss: PgBoss,
  job: Job<Payload>,
  handler: Handler<Payload>,
): Promise<void> {
  const id = await boss.work<Payload>(job.name, options, async (jobs) => {
    for (const { data } of jobs) await attempt(job, data, handler);
    // Many jobs of one transaction send one notification: fetch the next without waiting for the pause.
    boss.notifyWorker(id);
  });
}

/** The queue stores what a handler throws, so it gets the reason and nothing that may hold a secret. */
async function attempt<Payload extends object>(
  job: Job<Payload>,
  data: unknown,
  handler: Handler<Payload>,
): Promise<void> {
  try {
    await handler(job.payload.parse(data));
  } catch (error) {
    const { code } = asFault(error).reason;
    log.error({ job: job.name, code }, "a job failed");
    throw new Error(code);
  }
}
