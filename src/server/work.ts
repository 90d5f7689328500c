/** The part of a process that works: deployments as they come in, and order after crashes. */
import { sweepExpired } from "@/access/sweep";
import { sweepFreedSlugs } from "@/features/application/slug";
import { sealRound } from "@/features/audit/seal";
import { commitStatusFollower } from "@/features/commit-status/follower";
import { tellDue } from "@/features/commit-status/tell";
import { processDelivery } from "@/features/delivery/process/process-delivery";
import { deliveryJob } from "@/features/delivery/receive/job";
import { adoptKeptDeliveries } from "@/features/delivery/receive/start";
import { requeueUndecided, sweepDeliveries } from "@/features/delivery/receive/sweep";
import { recoverMissed } from "@/features/delivery/recover/missed";
import { pollDue } from "@/features/delivery/recover/poll";
import { type Follower, follow, pruneEvents, relayEvents } from "@/features/deployment/events";
import { deployJob } from "@/features/deployment/job";
import { runNext } from "@/features/deployment/run/execute";
import {
  checkServedReleases,
  reconcileDataFolder,
  removeFinishedWork,
} from "@/features/deployment/run/janitor";
import { recover, requeueStalled } from "@/features/deployment/run/recover";
import { askChecks } from "@/features/deployment/run/wait-for-checks";
import { promoteFollower } from "@/features/environment/promote-follower";
import { deployScheduled } from "@/features/environment/schedule";
import { checkDue } from "@/features/git-provider/connection-test/scheduled";
import { finishLeftRemovals } from "@/features/git-provider/removal/finish";
import { deliver } from "@/features/notification/deliver";
import { notificationJob } from "@/features/notification/job";
import { notifyChanges } from "@/features/notification/notify-changes";
import { previewComments } from "@/features/preview/follow";
import { reconcilePreviews } from "@/features/preview/reconcile";
import { writeComments } from "@/features/preview/write-comments";
import { planAllHooks } from "@/features/webhook/plan";
import { careForDueHooks, noticeAddressChange } from "@/features/webhook/round";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { closeQueue } from "@/queue/queue";
import { work } from "@/queue/work";
import { every } from "@/server/every";

const recoverMs = 5_000;
const cleanupMs = 5 * 60_000;
const checkMs = 15_000;
const notifyMs = 60_000;
const hookMs = 3_000;
const pollMs = 5_000;
const planHooksMs = 30_000;
const notificationsAtOnce = 2;
const deliveriesAtOnce = 8;
const sealMs = 60_000;
const sweepDeliveriesMs = 60 * 60_000;
const requeueMs = 60_000;
const graceMs = 30_000;
const relayMs = 5_000;
const commentMs = 3_000;

/** Who does something when the status of a deployment has changed. */
const followers: Follower[] = [promoteFollower, commitStatusFollower, previewComments];

/**
 * Begin to work the queue in this process. `stop` takes no new work, gives running deployments back and returns
 * within 30 seconds.
 */
export async function startWorker(): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const running = new Set<Promise<boolean>>();
  const concurrency = env().deployConcurrency;
  await runRound("recover", recover);
  await runRound("clean the data folder", reconcileDataFolder);
  void runRound("check served releases", checkServedReleases);
  void runRound("sweep deliveries", () => sweepDeliveries());
  await runRound("notice a changed address", () => noticeAddressChange());
  const leave = await work(deployJob, { concurrency }, async () => {
    const run = runNext(stopping.signal);
    running.add(run);
    await run.finally(() => running.delete(run));
  });
  const leaveNotifications = await work(notificationJob, { concurrency: notificationsAtOnce }, (job) =>
    deliver(job),
  );
  const leaveDeliveries = await work(deliveryJob, { concurrency: deliveriesAtOnce }, processDelivery);
  const unfollow = await follow(followers);
  const timers = [
    every(relayMs, () => runRound("relay events of deployments", () => relayEvents(followers))),
    every(relayMs, () => runRound("ask hosts for checks", () => askChecks())),
    every(relayMs, () => runRound("tell hosts the status of commits", () => tellDue())),
    every(cleanupMs, () => runRound("prune events of deployments", pruneEvents)),
    every(recoverMs, () => runRound("recover", () => recoverDeployments(running.size < concurrency))),
    every(cleanupMs, () => runRound("clean the data folder", reconcileDataFolder)),
    every(cleanupMs, () => runRound("sweep", sweepExpired)),
    every(cleanupMs, () => runRound("sweep slugs", sweepFreedSlugs)),
    every(sweepDeliveriesMs, () => runRound("sweep deliveries", () => sweepDeliveries())),
    every(requeueMs, () => runRound("queue forgotten deliveries again", () => requeueUndecided())),
    every(checkMs, () => runRound("take in kept deliveries", adoptKeptDeliveries)),
    every(sealMs, () => runRound("seal the audit", sealRound)),
    every(cleanupMs, () => runRound("finish removals", finishLeftRemovals)),
    every(checkMs, () => runRound("check providers", checkDue)),
    every(checkMs, () => runRound("deploy by schedule", () => deployScheduled())),
    every(hookMs, () => runRound("look after hooks", () => careForDueHooks())),
    every(pollMs, () => runRound("ask hosts for changes", () => pollDue())),
    every(checkMs, () => runRound("fetch missed deliveries", () => recoverMissed())),
    every(planHooksMs, () => runRound("plan hooks", planAllHooks)),
    every(commentMs, () => runRound("write comments on requests", () => writeComments())),
    every(cleanupMs, () => runRound("compare previews with their hosts", () => reconcilePreviews())),
    every(notifyMs, () => runRound("send notifications", () => notifyChanges())),
  ];
  const leaveAll = async () =>
    void (await Promise.all([leave(), leaveNotifications(), leaveDeliveries(), unfollow()]));
  return { stop: () => stopAll({ stopping, running, leave: leaveAll, timers }) };
}

/** Recover deployments of dead processes, and delete their scratch folders. */
async function recoverDeployments(idle: boolean): Promise<void> {
  if ((await recover()) > 0) await removeFinishedWork();
  if (idle) await requeueStalled();
}

/** Never throws: the database may be unreachable or the disk full, and the task runs again later. */
async function runRound(what: string, task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const fault = asFault(error);
    log.warn(
      { what, code: fault.reason.code, ...described(fault.cause) },
      "a periodic task of the worker failed",
    );
  }
}

interface Working {
  stopping: AbortController;
  running: Set<Promise<boolean>>;
  leave: () => Promise<void>;
  timers: { stop(): Promise<void> }[];
}

async function stopAll({ stopping, running, leave, timers }: Working): Promise<void> {
  await leave();
  stopping.abort();
  await Promise.all(timers.map((timer) => timer.stop()));
  const late = new Promise((resolve) => setTimeout(resolve, graceMs - 5_000).unref());
  await Promise.race([Promise.allSettled(running), late]);
  await closeQueue();
}
