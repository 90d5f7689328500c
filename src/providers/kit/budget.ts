import { rateLimitOf } from "@/providers/kit/rate-limit";
import { retryAfter } from "@/providers/kit/retry-after";

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
