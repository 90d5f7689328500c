import { Presence } from "@/features/delivery/recover/presence";
import { described } from "@/lib/described";
import { log } from "@/lib/log";

const markMs = 5_000;

/** Mark from now on that this process receives. @returns what ends it */
export async function watchPresence(): Promise<() => Promise<void>> {
  const presence = new Presence();
  await presence.mark(new Date());
  const timer = setInterval(() => void quietly(() => markAndTell(presence)), markMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await quietly(() => presence.leave(new Date()));
  };
}

async function markAndTell(presence: Presence): Promise<void> {
  const since = await presence.mark(new Date());
  if (since) log.warn({ since }, "nothing could arrive for a while; missed deliveries are fetched");
}

/** Never throws: while the database is away there is no mark, and that gap is what tells. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    log.debug(described(error), "the presence of this process could not be marked");
  }
}
