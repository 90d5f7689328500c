import { described } from "@/lib/described";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { isStopping, stopAll } from "@/server/stop";

/**
 * One line that says why the process cannot run, then exit code 1 with everything stopped that was started. Prints
 * nothing when the start was interrupted by a signal.
 */
export async function failToStart(error: unknown): Promise<void> {
  if (isStopping()) return;
  const fault = asFault(error);
  process.stderr.write(`slipway: ${fault.message}\n`);
  if (fault.code === "internal") log.error(described(fault.cause), "the start failed");
  await stopAll();
  process.exit(1);
}
