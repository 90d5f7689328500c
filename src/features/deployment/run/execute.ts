import { setMaxListeners } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { isDiskFull, retryOnDatabaseOutage } from "@/db/outage";
import type { Lease } from "@/features/deployment/lease";
import { finish, giveBack } from "@/features/deployment/run/finish";
import { hasRoom } from "@/features/deployment/run/has-room";
import { startHeartbeat, stopFault } from "@/features/deployment/run/heartbeat";
import type { Run } from "@/features/deployment/run/run";
import { loadRun } from "@/features/deployment/run/run";
import { runSteps } from "@/features/deployment/run/steps";
import { take } from "@/features/deployment/state";
import { closeSteps } from "@/features/deployment/step";
import { described } from "@/lib/described";
import { asFault, Fault } from "@/lib/fault";
import { log } from "@/lib/log";

/**
 * Take the next deployment that may run, and run it to its end. None is taken while the disk has no room for one.
 * @param stopping aborted when this process shuts down: the deployment is then returned to the queue
 * @returns whether there was one
 */
export async function runNext(stopping: AbortSignal): Promise<boolean> {
  if (stopping.aborted || !(await hasRoom())) return false;
  const lease = await take();
  if (!lease) return false;
  await execute(lease, stopping);
  return true;
}

async function execute(lease: Lease, stopping: AbortSignal): Promise<void> {
  const control = new AbortController();
  // Many deployments, calls and git processes listen to these signals; without this Node warns of a leak.
  setMaxListeners(0, stopping, control.signal);
  const onStop = () => control.abort(stopFault("worker_stopping"));
  stopping.addEventListener("abort", onStop, { once: true });
  if (stopping.aborted) onStop();
  const stopHeartbeat = startHeartbeat(lease, control);
  try {
    await runToEnd(await retryOnDatabaseOutage(() => loadRun(lease, control.signal)));
  } catch (error) {
    // The end could not be stored. The lease expires, and `recover` handles the deployment then.
    log.error(
      { deploymentId: lease.deploymentId, code: asFault(error).reason.code },
      "a deployment was left",
    );
  } finally {
    stopping.removeEventListener("abort", onStop);
    await stopHeartbeat();
  }
}

async function runToEnd(run: Run): Promise<void> {
  try {
    await mkdir(run.folder, { recursive: true, mode: 0o700 });
    await runSteps(run);
    await endWell(run);
  } catch (error) {
    await endBadly(run, run.signal.aborted ? asFault(run.signal.reason) : readable(run, error));
  } finally {
    await run.log.flush();
    await rm(run.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function endWell(run: Run): Promise<void> {
  await run.log.flush();
  const steps = closeSteps(run.steps, "succeeded");
  await retryOnDatabaseOutage(() => finish(run.lease, { status: "succeeded", steps }));
}

async function endBadly(run: Run, fault: Fault): Promise<void> {
  const { code } = fault.reason;
  if (code === "lease_lost") return;
  if (run.published) return endWell(run);
  run.log.info(fault.message);
  await run.log.flush();
  if (code === "worker_stopping") return retryOnDatabaseOutage(() => giveBack(run.lease));
  const status = code === "cancelled" ? "cancelled" : "failed";
  const steps = closeSteps(run.steps, status);
  await retryOnDatabaseOutage(() => finish(run.lease, { status, steps, reason: fault.reason }));
}

/** Faults for a full disk and for bugs; their details go to the server's log only. */
function readable({ lease }: Run, error: unknown): Fault {
  if (error instanceof Fault && error.code !== "internal") return error;
  if (isDiskFull(error)) return new Fault("unavailable", { code: "disk_full" }, { cause: error });
  const { deploymentId } = lease;
  log.error({ deploymentId, ...described(error) }, "a deployment failed unexpectedly");
  return new Fault("internal", { code: "deploy_internal" }, { cause: error });
}
