import type { Principal } from "@/access/caller";
import { networkOf } from "@/access/throttle";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";

interface Bucket {
  /** Calls that may be made at once. */
  left: number;
  /** When `left` was right, in milliseconds. */
  at: number;
}

const minute = 60_000;
const maxBuckets = 50_000;

// On globalThis: the server bundles evaluate this module more than once.
const held = globalThis as { slipwayBuckets?: Map<string, Bucket> };
held.slipwayBuckets ??= new Map();
const buckets = held.slipwayBuckets;

/** Count one call from a network address. @throws Fault `rate_limited` reason `calls_limited` */
export function takeCallFrom(address: string, now = Date.now()): void {
  take(`address ${networkOf(address)}`, env().rateLimitAddress, now);
}

/** Count one call of a key, or of a person in all their sessions. @throws Fault `rate_limited` reason `calls_limited` */
export function takeCallOf({ userId, via }: Pick<Principal, "userId" | "via">, now = Date.now()): void {
  take(via.kind === "key" ? `key ${via.apiKeyId}` : `user ${userId}`, env().rateLimitCaller, now);
}

/** How many events of strangers a process tells the audit within a minute: they must not fill the disk with it. */
const strangerEvents = 60;

/** Whether the audit may be told of one more failure of somebody unknown. */
export function mayTellOfStranger(now = Date.now()): boolean {
  try {
    take("audit of strangers", strangerEvents, now);
    return true;
  } catch {
    return false;
  }
}

/**
 * A bucket holds the calls of one minute and fills up evenly. It is this process's own: with several processes a
 * caller has the sum of their limits.
 */
function take(subject: string, perMinute: number, now: number): void {
  const known = buckets.get(subject) ?? { left: perMinute, at: now };
  const filled = known.left + (Math.max(0, now - known.at) * perMinute) / minute;
  const left = Math.min(perMinute, filled);
  buckets.delete(subject); // the map keeps the order in which they were last used
  if (left < 1) {
    buckets.set(subject, known);
    throw limited(perMinute, now + Math.ceil(((1 - left) * minute) / perMinute));
  }
  if (buckets.size >= maxBuckets) makeRoom(now);
  buckets.set(subject, { left: left - 1, at: now });
}

function limited(perMinute: number, at: number): Fault {
  const retryAt = new Date(at);
  const params = { limit: perMinute, until: retryAt.toISOString() };
  return new Fault("rate_limited", { code: "calls_limited", params }, { retryAt });
}

/**
 * What was not used for a minute is full again, and the same as unknown. When that is not enough the longest unused go:
 * who floods with new addresses must not free the ones that are over their limit.
 */
function makeRoom(now: number): void {
  let spare = maxBuckets / 10;
  for (const [subject, { at }] of buckets) {
    if (now - at < minute && spare-- <= 0) return;
    buckets.delete(subject);
  }
}
