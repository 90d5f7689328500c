/** Things to end before the process does, last started first. Each has its own deadline inside. */
const stops: (() => Promise<void>)[] = [];

/** Remember how to end something that was started. */
export function onStop(stop: () => Promise<void>): void {
  stops.push(stop);
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

/**
 * Stop in order at the first SIGINT or SIGTERM, at once at a second one that someone meant.
 * An exit code of 0 tells a supervisor that nothing went wrong.
 */
export function stopOnSignal(): void {
  let stoppingSince = 0;
  function stop(): void {
    if (stoppingSince && Date.now() - stoppingSince < echoMillis) return;
    if (stoppingSince) process.exit(130);
    stoppingSince = Date.now();
    process.stderr.write("\nStopping …\n");
    void stopAll().then(() => process.exit(0));
  }
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
