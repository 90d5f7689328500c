import { setTimeout as sleep } from "node:timers/promises";

/** Do something again and again, with this pause between the end of one round and the beginning of the next. */
export function every(pauseMs: number, round: () => Promise<void>): { stop(): Promise<void> } {
  const ended = new AbortController();
  async function go(): Promise<void> {
    while (!ended.signal.aborted) {
      await sleep(pauseMs, undefined, { signal: ended.signal, ref: false }).catch(() => undefined); // stopped
      if (!ended.signal.aborted) await round();
    }
  }
  const going = go();
  return {
    async stop() {
      ended.abort();
      await going;
    },
  };
}
