/**
 * Whoever follows deployments: each change of a status (`state.ts`) is handed to every follower by a job of its own. A job
 * that fails is tried again, so a follower may get an event twice, and events of one deployment in any order: it looks at
 * the deployment as it is now, and does what is still to be done.
 */
import { z } from "zod";
import { db, transaction } from "@/db/client";
import { listen } from "@/db/listen";
import { eventChannel } from "@/features/deployment/state";
import { deploymentStatuses } from "@/features/deployment/status";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { enqueue } from "@/queue/enqueue";
import { defineJob, type Job } from "@/queue/job";
import { work } from "@/queue/work";

export const StatusEvent = z.object({
  /** Grows, but two deployments may have them in another order than they happened. */
  eventId: z.string(),
  organizationId: z.string(),
  deploymentId: z.string(),
  /** What the status became then. */
  status: z.enum(deploymentStatuses),
});
export type StatusEvent = z.infer<typeof StatusEvent>;

/** Someone who does something whenever the status of a deployment has changed. */
export interface Follower {
  /** Letters, digits and dashes; part of the name of its queue. */
  name: string;
  /** Events at a time in this process. */
  concurrency: number;
  handle(event: StatusEvent): Promise<void>;
}

/** Its durable progress: what was not handled yet waits in its queue. */
function jobOf({ name }: Pick<Follower, "name">): Job<StatusEvent> {
  return defineJob({
    name: `deployment-${name}`,
    payload: StatusEvent,
    retries: 20,
    longestPauseSeconds: 600,
  });
}

const batch = 100;

/**
 * Hand events to the followers that nobody has handed over yet. An event and its jobs are one transaction; two processes
 * take different ones.
 * @returns how many
 */
export async function relayEvents(followers: readonly Follower[]): Promise<number> {
  let count = 0;
  for (let relayed = batch; relayed === batch; count += relayed) relayed = await relayBatch(followers);
  return count;
}

interface Waiting {
  id: bigint;
  organizationId: string;
  deploymentId: string;
  status: StatusEvent["status"];
}

function relayBatch(followers: readonly Follower[]): Promise<number> {
  return transaction(async (tx) => {
    // By what was not handed over instead of by the last id: ids are given before transactions commit.
    const waiting = await tx.$queryRaw<Waiting[]>`
      UPDATE "deployment_event" SET "relayedAt" = clock_timestamp() WHERE "id" IN (
        SELECT "id" FROM "deployment_event" WHERE "relayedAt" IS NULL
        ORDER BY "id" LIMIT ${batch} FOR UPDATE SKIP LOCKED)
      RETURNING "id", "organizationId", "deploymentId", "status"`;
    for (const { id, ...event } of waiting.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      for (const follower of followers) {
        await enqueue(tx, jobOf(follower), { ...event, eventId: String(id) });
      }
    }
    return waiting.length;
  });
}

/**
 * Work the queues of the followers in this process, and relay events as soon as there are any. Notifications can be lost:
 * `relayEvents` is also to be called now and then.
 * @returns a function that takes no further events; running work continues
 */
export async function follow(followers: readonly Follower[]): Promise<() => Promise<void>> {
  const leave = await Promise.all(
    followers.map((follower) =>
      work(jobOf(follower), { concurrency: follower.concurrency }, (event) => follower.handle(event)),
    ),
  );
  const relay = oneAtATime(() => relayEvents(followers));
  const stop = listen(eventChannel, { notified: relay.wake, connected: relay.wake });
  return async () => {
    stop();
    await relay.settled();
    await Promise.all(leave.map((each) => each()));
  };
}

/** Run a task when woken, and once more when it was woken meanwhile. */
function oneAtATime(task: () => Promise<unknown>): { wake(): void; settled(): Promise<void> } {
  let woken = false;
  let running: Promise<void> | null = null;
  const run = async () => {
    while (woken) {
      woken = false;
      await task().catch((error: unknown) =>
        log.warn({ code: asFault(error).reason.code }, "events of deployments were not relayed yet"),
      );
    }
    running = null;
  };
  return {
    wake() {
      woken = true;
      running ??= run();
    },
    settled: async () => void (await running),
  };
}

const keptDays = 3;

/** Delete events that were handed over a while ago. */
export async function pruneEvents(): Promise<void> {
  await db().$executeRaw`DELETE FROM "deployment_event"
    WHERE "relayedAt" < clock_timestamp() - make_interval(days => ${keptDays})`;
}
