import { markPresent, startGapMs } from "@/features/delivery/recover/presence";
import { described } from "@/lib/described";
import { log } from "@/lib/log";

const markMs = 5_000;

/** Mark from now on that this process receives. @returns what ends it */
export async function watchPresence(): Promise<() => void> {
  await markPresent(new Date(), startGapMs);
  const timer = setInterval(() => void markQuietly(), markMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Never throws: while the database is away there is no mark, and that gap is what tells. */
async function markQuietly(): Promise<void> {
  try {
    const since = await markPresent(new Date());
    if (since) log.warn({ since }, "nothing could arrive for a while; missed deliveries are fetched");
  } catch (error) {
    log.debug(described(error), "the presence of this process could not be marked");
  }
}
