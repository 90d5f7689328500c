import { setTimeout as sleep } from "node:timers/promises";
import { Fault } from "@/lib/fault";

const pausesMs = [250, 500, 1_000, 2_000, 4_000, 8_000];

/**
 * Read or write something although the database may be away for a moment. A write must be one that can be done twice,
 * since the answer to the first may be all that was lost. What is refused for a reason is thrown at once.
 */
export async function persistently<T>(write: () => Promise<T>): Promise<T> {
  for (const pause of pausesMs) {
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
