import { setTimeout as sleep } from "node:timers/promises";
import type { Run } from "@/features/deployment/run/run";
import { asFault, type Fault, faults } from "@/lib/fault";

const pausesMs = [1_000, 4_000, 15_000, 40_000];
const longestWaitMs = 120_000;

/** Try again for a while when a host is only busy or out of reach. Anything else is thrown at once. */
export async function patiently<T>(run: Run, work: () => Promise<T>, pauses = pausesMs): Promise<T> {
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
