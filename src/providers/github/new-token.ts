import { Fault } from "@/lib/fault";
import type { HttpHook } from "@/lib/http";
import { retry } from "@/lib/retry";

/** How long a token may be unknown to some of GitHub's servers after another one has made it. */
const spreadMs = 5_000;
const pausesMs = [250, 750, 2_000];

/**
 * Ask again with a token that was refused within seconds of being made: it has not reached every server yet.
 * @param madeAt in milliseconds; undefined for a token that a person pasted, which is never asked with again
 */
export function retryNewToken(madeAt: number | undefined, now: () => Date, pauses = pausesMs): HttpHook {
  return (next) => async (request, limits) => {
    const unknownYet = new Fault("unavailable", { code: "host_error" });
    let response: Response | undefined;
    const ask = async () => {
      response = await next(request, limits);
      const isNew = madeAt !== undefined && now().getTime() - madeAt < spreadMs;
      if (response.status === 401 && isNew && request.method === "GET") throw unknownYet;
      return response;
    };
    const rule = (error: unknown, failures: number) =>
      error === unknownYet ? (pauses[failures - 1] ?? null) : null;
    return retry(ask, rule, request.signal).catch((error: unknown) => {
      if (error === unknownYet && response) return response;
      throw error;
    });
  };
}
