import { setTimeout as sleep } from "node:timers/promises";
import { extendLease, heartbeatMs, type Lease, leaseSeconds } from "@/features/deployment/lease";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";

/** Why a run was stopped from outside. */
export type Stop = "cancelled" | "lease_lost" | "worker_stopping";

export function stopFault(code: Stop): Fault {
  return new Fault("conflict", { code });
}

/**
 * Keep the lease alive, and stop the run when it is cancelled, taken over, or when the database was out of reach for
 * so long that another process may have it.
 * @returns how to end it; resolves when the last heartbeat has been written
 */
export function startHeartbeat(
  lease: Lease,
  control: AbortController,
  everyMs = heartbeatMs,
): () => Promise<void> {
  const ended = new AbortController();
  const loop = heartbeatLoop({ lease, control, everyMs }, ended.signal);
  return async () => {
    ended.abort();
    await loop;
  };
}

interface Heartbeat {
  lease: Lease;
  control: AbortController;
  everyMs: number;
}

async function heartbeatLoop({ lease, control, everyMs }: Heartbeat, ended: AbortSignal): Promise<void> {
  let heldUntil = Date.now() + leaseSeconds * 1000;
  while (!ended.aborted) {
    await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined); // ended early
    if (ended.aborted) return;
    const answer = await extendLease(lease).catch(() => unanswered(lease));
    if (answer === "held") heldUntil = Date.now() + leaseSeconds * 1000;
    if (answer === "cancel") control.abort(stopFault("cancelled")); // the first reason stays
    const gone = answer === "lost" || Date.now() > heldUntil - 2 * heartbeatMs;
    if (gone) control.abort(stopFault("lease_lost"));
  }
}

function unanswered({ deploymentId }: Lease): null {
  log.warn({ deploymentId }, "a heartbeat did not reach the database");
  return null;
}
