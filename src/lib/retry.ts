import { setTimeout as sleep } from "node:timers/promises";
import { asFault, type Fault, retryPolicy } from "@/lib/fault";

/**
 * Milliseconds to wait before the work is tried again, or null to give up.
 * @param failures how often it has failed, 1 after the first time
 */
export type RetryRule = (error: unknown, failures: number) => number | null;

/**
 * Do something again for as long as the rule says so. A programming error is never retried: it would fail the same
 * way.
 * @throws the error of the last try, or the signal's while it waits
 */
export async function retry<T>(work: () => Promise<T>, rule: RetryRule, signal?: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = isProgrammingError(error) || signal?.aborted ? null : rule(error, failures);
      if (waitMs === null) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
}

/** Whether an error was made by the language itself because the program is wrong. */
function isProgrammingError(error: unknown): boolean {
  return (
    error instanceof TypeError ||
    error instanceof ReferenceError ||
    error instanceof RangeError ||
    error instanceof SyntaxError
  );
}

const transientPausesMs = [1_000, 4_000, 15_000, 40_000];
const longestWaitMs = 120_000;

export interface TransientOptions {
  signal?: AbortSignal;
  pausesMs?: readonly number[];
  /** Called before each pause. */
  onRetry?: (fault: Fault, waitMs: number) => void;
}

/**
 * Retry for a while when a host is only busy or unreachable. Anything else is thrown at once.
 * @throws what the work throws
 */
export function retryTransient<T>(work: () => Promise<T>, options: TransientOptions = {}): Promise<T> {
  const { signal, pausesMs, onRetry } = options;
  const rule: RetryRule = (error, failures) => {
    const waitMs = transientPause(error, failures, pausesMs);
    if (waitMs !== null) onRetry?.(asFault(error), waitMs);
    return waitMs;
  };
  return retry(work, rule, signal);
}

/** How long to wait for a host after so many failures, in milliseconds; null to give up. */
export function transientPause(
  error: unknown,
  failures: number,
  pausesMs: readonly number[] = transientPausesMs,
): number | null {
  const pause = pausesMs[failures - 1];
  return pause === undefined ? null : waitFor(asFault(error), pause);
}

function waitFor(fault: Fault, pause: number): number | null {
  if (fault.reason.code === "disk_full") return null; // a full disk is not a busy host: a retry does not free it
  const policy = retryPolicy(fault);
  if (policy === "backoff") return pause;
  if (policy !== "at" || !fault.retryAt) return null;
  const waitMs = fault.retryAt.getTime() - Date.now();
  return waitMs <= longestWaitMs ? Math.max(waitMs, 1_000) : null;
}
