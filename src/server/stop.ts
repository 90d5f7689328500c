import { setTimeout as sleep } from "node:timers/promises";

/** Things to end before the process does, last started first. Each has its own deadline inside. */
const stops: (() => Promise<void>)[] = [];

let stopping = false;

/** Whether somebody asked the process to end. What fails from then on fails because of that. */
export function isStopping(): boolean {
  return stopping;
}

/** A start ends between two of its steps, never within one. @throws StartInterrupted */
export function assertNotStopping(): void {
  if (stopping) throw new StartInterrupted("The start was interrupted");
}

class StartInterrupted extends Error {}

/** Remember how to end something that was started. @throws StartInterrupted when the process is to end already */
export function onStop(stop: () => Promise<void>): void {
  stops.push(stop);
  assertNotStopping();
}

/** End everything that was started, newest first; one that fails does not keep the others alive. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) {
    await stop().catch((error: unknown) => {
      process.stderr.write(
        `slipway: a part did not stop cleanly: ${error instanceof Error ? error.message : "unknown"}\n`,
      );
    });
  }
}

/** Ctrl-C under `npm run` arrives twice within moments: from the terminal and passed on by npm. */
const echoMillis = 1_000;

/** How long a running step of the start may take to end before everything is stopped. */
const graceMs = 10_000;

/**
 * Stop in order at the first SIGINT or SIGTERM, at once at a second one that someone meant. While the process starts,
 * the step that is under way ends first, so that nothing is left half started.
 * An exit code of 0 tells a supervisor that nothing went wrong.
 * @param started settles when the start is over
 */
export function stopOnSignal(started: Promise<void>): void {
  let stoppingSince = 0;
  function stop(): void {
    if (stoppingSince && Date.now() - stoppingSince < echoMillis) return;
    if (stoppingSince) process.exit(130);
    stoppingSince = Date.now();
    stopping = true;
    process.stderr.write("\nStopping …\n");
    void Promise.race([Promise.allSettled([started]), sleep(graceMs, null, { ref: false })])
      .then(stopAll)
      .then(() => process.exit(0));
  }
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
