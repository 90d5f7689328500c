import { retryAfter } from "@/providers/kit/retry-after";
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

/** What a host says is left of one of its limits. */
export interface Budget {
  /** The host's own name of the limit, such as `core` or `search`; `all` when it names none. */
  resource: string;
  /** Between 0 and 1. */
  left: number;
  /** ISO instant: what is told here does not hold after it. */
  resetsAt: string;
}

/** Hosts that tell no reset count over a minute or by a bucket that fills up. */
const untoldMs = 60_000;
/** Bitbucket says only that an hour's budget is nearly used up. */
const nearMs = 10 * 60_000;

/**
 * The budget that the headers of an answer tell, undefined when they tell none. A `Retry-After` means that nothing is
 * left until then, also beside a good answer: Azure DevOps slows down before it refuses.
 */
export function budgetOf(headers: Headers, now: Date): Budget | undefined {
  const resource = resourceOf(headers);
  const pause = headers.get("retry-after");
  if (pause !== null) return { resource, left: 0, resetsAt: retryAfter(pause, now).toISOString() };
  if (/^true$/i.test(headers.get("x-ratelimit-nearlimit") ?? ""))
    return { resource, left: 0, resetsAt: later(now, nearMs) };
  const told = rateLimitOf(headers, now) ?? withoutReset(headers, now);
  if (!told || told.limit <= 0) return undefined;
  return { resource, left: Math.min(told.remaining / told.limit, 1), resetsAt: told.resetsAt };
}

function withoutReset(headers: Headers, now: Date) {
  if (headers.has("ratelimit-reset") || headers.has("x-ratelimit-reset")) return undefined;
  const patched = new Headers(headers);
  patched.set("x-ratelimit-reset", String(untoldMs / 1000));
  return rateLimitOf(patched, now);
}

function later(now: Date, ms: number): string {
  return new Date(now.getTime() + ms).toISOString();
}

/** A key of stored JSON: only what looks like a name. */
function resourceOf(headers: Headers): string {
  const name = headers.get("x-ratelimit-resource") ?? headers.get("ratelimit-name") ?? "";
  return /^[a-z][\w-]{0,39}$/i.test(name) ? name.toLowerCase() : "all";
}
