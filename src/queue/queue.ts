/** pg-boss on the database of the instance, in a schema of its own. */

import type { PgBoss } from "pg-boss";
import { connection, connectionString } from "@/db/client";
import { onServer } from "@/db/create-database";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";
import type { Job } from "@/queue/job";

interface Held {
  boss: Promise<PgBoss>;
  /** Queues that are known to exist. */
  made: Map<string, Promise<void>>;
}

const held = processGlobal<Held | null>("queue", () => null);

/** Connections for the queue's own statements; jobs are put in over the connection of their cause. */
const poolSize = 3;
const schema = "queue";

/** Open the queue unless it is open. Its tables are made or brought up to date first. */
export function openQueue(): Promise<PgBoss> {
  held.value ??= { boss: start(), made: new Map() };
  const { boss } = held.value;
  boss.catch(() => {
    held.value = null; // so that the next caller tries again
  });
  return boss;
}

async function start(): Promise<PgBoss> {
  const { PgBoss } = await import("pg-boss");
  const boss = new PgBoss({
    ...connection(),
    schema,
    createSchema: !(await hasSchema()),
    max: poolSize,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: 30,
    monitorIntervalSeconds: 30,
  });
  // Without a listener a lost connection would end the process; the queue itself tries again.
  boss.on("error", (error: Error & { code?: string }) =>
    log.warn({ code: error.code }, "the queue stumbled"),
  );
  await boss.start();
  return boss;
}

/**
 * A schema that an operator created is used as it is, since a restricted role may not create one. Asked over a
 * separate connection: the caller who enqueues the first job may hold the last one of the pool.
 */
async function hasSchema(): Promise<boolean> {
  const asked = "SELECT to_regnamespace($1) IS NOT NULL AS found";
  const { rows } = await onServer(connectionString(), (client) => client.query(asked, [schema]));
  return rows[0]?.found === true;
}

/** Make the queue of a job unless it is there. */
export async function ensureQueue(job: Job<object>): Promise<PgBoss> {
  const boss = await openQueue();
  const made = held.value?.made;
  const making = made?.get(job.name) ?? create(boss, job);
  made?.set(job.name, making);
  making.catch(() => made?.delete(job.name));
  await making;
  return boss;
}

async function create(boss: PgBoss, job: Job<object>): Promise<void> {
  await boss.createQueue(job.name, {
    notify: true,
    retryLimit: job.retries,
    retryDelay: job.firstPauseSeconds ?? 2,
    retryBackoff: true,
    retryDelayMax: job.longestPauseSeconds ?? 60,
    heartbeatSeconds: 30,
    expireInSeconds: 6 * 3600,
    deleteAfterSeconds: 24 * 3600,
  });
}

/** Close the queue's connections; work in progress has up to `timeoutMs` to end. */
export async function closeQueue(timeoutMs = 5_000): Promise<void> {
  const opened = held.value;
  held.value = null;
  if (!opened) return;
  const boss = await opened.boss.catch(() => null);
  await boss?.stop({ graceful: true, close: true, timeout: timeoutMs });
}
