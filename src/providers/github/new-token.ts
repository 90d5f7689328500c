import { setTimeout as sleep } from "node:timers/promises";
import type { HttpHook } from "@/lib/http";

/** How long a token may be unknown to some of GitHub's servers after another one has made it. */
const spreadMs = 5_000;
const pausesMs = [250, 750, 2_000];

/**
 * Ask again with a token that was refused within seconds of being made: it has not reached every server yet.
 * @param madeAt in milliseconds; undefined for a token that a person pasted, which is never asked with again
 */
export function retryNewToken(madeAt: number | undefined, now: () => Date, pauses = pausesMs): HttpHook {
  return async (request, next) => {
    let response = await next(request);
    for (const pause of pauses) {
      const isNew = madeAt !== undefined && now().getTime() - madeAt < spreadMs;
      if (response.status !== 401 || !isNew || request.method !== "GET") return response;
      await sleep(pause, undefined, { signal: request.signal });
      response = await next(request);
    }
    return response;
  };
}
