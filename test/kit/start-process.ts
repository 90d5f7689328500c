/** A process of its own for tests: starts in two steps, says when each begins and ends, and is stopped in between. */
import { setTimeout as sleep } from "node:timers/promises";
import { failToStart } from "@/server/fail";
import { assertNotStopping, onStop, stopOnSignal } from "@/server/stop";

let isOpen = false;

async function main(): Promise<void> {
  await null; // signal handlers are set before the first line is printed
  console.log("first step");
  await sleep(500);
  isOpen = true;
  onStop(async () => {
    isOpen = false;
    console.log("first step ended");
  });
  console.log("second step");
  await sleep(500);
  // The error of a step whose database was removed.
  if (!isOpen) throw new TypeError("no database");
  assertNotStopping();
  console.log("ready");
}

setInterval(() => undefined, 1_000);
const started = main();
stopOnSignal(started);
started.catch(failToStart);
