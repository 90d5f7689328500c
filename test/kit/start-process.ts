/** A process of its own for tests: starts in two steps, says when each begins and ends, and is stopped in between. */
import { setTimeout as sleep } from "node:timers/promises";
import { failToStart } from "@/server/fail";
import { assertNotStopping, onStop, stopOnSignal } from "@/server/stop";

let isOpen = false;

async function main(): Promise<void> {
  await null; // the signals are listened to before the first word is said
  console.log("first step");
  await sleep(500);
  isOpen = true;
  onStop(async () => {
    isOpen = false;
    console.log("first step ended");
  });
  console.log("second step");
  await sleep(500);
  // What a step would meet whose database was taken away from under it.
  if (!isOpen) throw new TypeError("no database");
  assertNotStopping();
  console.log("ready");
}

setInterval(() => undefined, 1_000);
const started = main();
stopOnSignal(started);
started.catch(failToStart);
