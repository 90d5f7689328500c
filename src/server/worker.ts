/** The entry of `npm run worker`: a process that works the queue and serves nothing. */
import { boot } from "@/server/boot";
import { failToStart } from "@/server/fail";
import { onStop, stopOnSignal } from "@/server/stop";
import { startWorker } from "@/server/work";

async function main(): Promise<void> {
  await boot("helper");
  const worker = await startWorker();
  onStop(() => worker.stop());
  process.stdout.write("Slipway's worker is ready.\n");
}

const started = main();
stopOnSignal(started);
started.catch(failToStart);
