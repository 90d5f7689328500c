import { type TrackedEnvelope, tracked } from "@trpc/server";
import type { Caller } from "@/access/caller";
import type { Deployment, DeploymentEvent, Step, WatchDeployment } from "@/features/deployment/contract";
import { findDeployment } from "@/features/deployment/find";
import { lineId, linesAfter } from "@/features/deployment/lines";
import { toDeployment } from "@/features/deployment/public";
import { hasEnded } from "@/features/deployment/status";
import { subscribe } from "@/features/deployment/subscription";

export type TrackedEvent = TrackedEnvelope<DeploymentEvent>;

const batch = 500;

/**
 * Follow a deployment until it ends: its state first, then steps, lines and changes of state as they come. The id of
 * an event is that of the last line before it, so that a client that lost the connection gets the lines it misses.
 * @throws Fault `not_found` before the first event
 */
export async function* watch(
  caller: Caller,
  { deploymentId, lastEventId }: WatchDeployment,
  signal?: AbortSignal,
): AsyncGenerator<TrackedEvent, void, unknown> {
  const subscription = subscribe(deploymentId);
  try {
    yield* follow(
      caller,
      { deploymentId, from: lineId(lastEventId) },
      () => subscription.next(signal),
      signal,
    );
  } finally {
    subscription.close();
  }
}

async function* follow(
  caller: Caller,
  { deploymentId, from }: { deploymentId: string; from: bigint },
  next: () => Promise<void>,
  signal?: AbortSignal,
): AsyncGenerator<TrackedEvent, void, unknown> {
  let shown: Deployment | null = null;
  let last = from;
  while (!signal?.aborted) {
    // The status is read before the lines, so that no line can be missed: none is written after the end.
    const now = toDeployment(await findDeployment(caller, deploymentId));
    const ended = hasEnded(now);
    if (!shown) yield event(last, { status: now });
    for (const step of changedSteps(shown, now)) yield event(last, { step });
    for (;;) {
      const lines = await linesAfter(deploymentId, last, batch);
      for (const line of lines) {
        last = BigInt(line.id);
        yield event(last, { line });
      }
      if (lines.length < batch) break;
    }
    if (shown && differs(shown, now)) yield event(last, { status: now });
    shown = now;
    if (ended) return;
    await next();
  }
}

function event(id: bigint, data: DeploymentEvent): TrackedEvent {
  return tracked(String(id), data);
}

function changedSteps(before: Deployment | null, now: Deployment): Step[] {
  if (!before) return [];
  return now.steps.filter((step, at) => JSON.stringify(step) !== JSON.stringify(before.steps[at]));
}

function differs(before: Deployment, now: Deployment): boolean {
  const head = ({ steps, ...rest }: Deployment) => JSON.stringify(rest);
  return head(before) !== head(now);
}
