import type { RateLimit } from "@/providers/provider";

/** Values above this are Unix seconds, below it seconds from now: both are in use for the same header. */
const EPOCH = 1_000_000_000;
const MAX_EPOCH = 4_102_444_800;

/** The limit a host tells in `RateLimit-*` or `X-RateLimit-*` headers, undefined when it tells none. */
export function rateLimitOf(headers: Headers, now: Date): RateLimit | undefined {
  const limit = numberOf(headers, "limit");
  const remaining = remainingOf(headers);
  const at = resetOf(headers, now);
  if (limit === null || remaining === null || !at) return undefined;
  return { limit, remaining, resetsAt: at.toISOString() };
}

/** How many calls are left, null when the host does not tell. */
export function remainingOf(headers: Headers): number | null {
  return numberOf(headers, "remaining");
}

/** When a limit ends, undefined when the host does not tell. */
export function resetOf(headers: Headers, now: Date): Date | undefined {
  const reset = numberOf(headers, "reset");
  if (reset === null || reset > MAX_EPOCH) return undefined;
  return new Date(reset >= EPOCH ? reset * 1000 : now.getTime() + reset * 1000);
}

function numberOf(headers: Headers, part: string): number | null {
  const text = headers.get(`ratelimit-${part}`) ?? headers.get(`x-ratelimit-${part}`) ?? "";
  const digits = /^\s*(\d{1,12})\b/.exec(text);
  return digits ? Number(digits[1]) : null;
}
