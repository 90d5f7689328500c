import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "@/db/listen";
import { changeChannel } from "@/features/deployment/announce";
import { processGlobal } from "@/lib/process-global";

type Notify = () => void;

export interface Subscription {
  /** Resolves when the deployment may have changed. */
  next(signal: AbortSignal | undefined): Promise<void>;
  close(): void;
}

interface Hub {
  subscribers: Map<string, Set<Notify>>;
  /** Stops LISTEN; set while there are subscribers. */
  stop: (() => void) | null;
}

const hub = processGlobal<Hub>("deploymentChanges", () => ({ subscribers: new Map(), stop: null }));

/** A notification can be lost with the connection, so subscribers also read the row after this time. */
const fallbackMs = 2_000;

/** Learn of changes to one deployment that any process makes. */
export function subscribe(deploymentId: string): Subscription {
  let pending = false;
  let resume: Notify = () => undefined;
  const notify = () => {
    pending = true;
    resume();
  };
  const { subscribers } = hub.value;
  const group = subscribers.get(deploymentId) ?? new Set();
  subscribers.set(deploymentId, group.add(notify));
  hub.value.stop ??= listen(changeChannel, { notified });
  return {
    async next(signal: AbortSignal | undefined): Promise<void> {
      if (!pending) await Promise.race([new Promise<void>((resolve) => (resume = resolve)), pause(signal)]);
      pending = false;
    },
    close(): void {
      group.delete(notify);
      if (group.size === 0 && subscribers.get(deploymentId) === group) subscribers.delete(deploymentId);
      if (subscribers.size > 0) return;
      hub.value.stop?.();
      hub.value.stop = null;
    },
  };
}

function notified(deploymentId: string): void {
  for (const notify of hub.value.subscribers.get(deploymentId) ?? []) notify();
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(fallbackMs, undefined, { signal, ref: false }).catch(() => undefined); // the subscriber ended the wait
}
