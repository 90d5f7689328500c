import type { RateLimit } from "@/providers/provider";

/** Values above this are Unix seconds, below it seconds from now: both are in use for the same header. */
const EPOCH = 1_000_000_000;
const MAX_EPOCH = 4_102_444_800;

/** The limit a host tells in `RateLimit-*` or `X-RateLimit-*` headers, undefined when it tells none. */
export function rateLimitOf(headers: Headers, now: Date): RateLimit | undefined {
  const limit = numberOf(headers, "limit");
  const remaining = numberOf(headers, "remaining");
  const reset = numberOf(headers, "reset");
  if (limit === null || remaining === null || reset === null || reset > MAX_EPOCH) return undefined;
  const at = reset >= EPOCH ? reset * 1000 : now.getTime() + reset * 1000;
  return { limit, remaining, resetsAt: new Date(at).toISOString() };
}

function numberOf(headers: Headers, part: string): number | null {
  const text = headers.get(`ratelimit-${part}`) ?? headers.get(`x-ratelimit-${part}`) ?? "";
  const digits = /^\s*(\d{1,12})\b/.exec(text);
  return digits ? Number(digits[1]) : null;
}
