import { setTimeout as sleep } from "node:timers/promises";
import { asFault, Fault, faults } from "@/lib/fault";

interface Running {
  signal: AbortSignal;
  log: { info(text: string): void };
}

const hostPausesMs = [1_000, 4_000, 15_000, 40_000];
const longestWaitMs = 120_000;

/** Try again for a while when a host is only busy or out of reach. Anything else is thrown at once. */
export async function retryTransient<T>(
  run: Running,
  work: () => Promise<T>,
  pauses = hostPausesMs,
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await work();
    } catch (error) {
      const wait = waitFor(asFault(error), pause);
      if (wait === null || run.signal.aborted) throw error;
      run.log.info(`${asFault(error).message} Trying again in ${Math.ceil(wait / 1000)} s.`);
      await sleep(wait, undefined, { signal: run.signal });
    }
  }
  return work();
}

function waitFor(fault: Fault, pause: number): number | null {
  const { retry } = faults[fault.code];
  if (retry === "backoff") return pause;
  if (retry !== "at" || !fault.retryAt) return null;
  const wait = fault.retryAt.getTime() - Date.now();
  return wait <= longestWaitMs ? Math.max(wait, 1_000) : null;
}

const outagePausesMs = [250, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * Read or write something although the database may be away for a moment. A write must be one that can be done twice,
 * since the answer to the first may be all that was lost. What is refused for a reason is thrown at once.
 */
export async function retryOnDatabaseOutage<T>(write: () => Promise<T>): Promise<T> {
  for (const pause of outagePausesMs) {
    try {
      return await write();
    } catch (error) {
      if (error instanceof Fault || isOfFiles(error)) throw error;
      await sleep(pause);
    }
  }
  return write();
}

function isOfFiles(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}
