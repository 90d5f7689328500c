import ipaddr from "ipaddr.js";
import type { Principal } from "@/access/caller";
import { digest } from "@/access/digest";
import { pool } from "@/db/client";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { processGlobal } from "@/lib/process-global";

interface Bucket {
  /** Calls that may be made at once. */
  left: number;
  /** When `left` was right, in milliseconds. */
  at: number;
}

const minute = 60_000;
const maxBuckets = 50_000;

const buckets = processGlobal("rateLimitBuckets", () => new Map<string, Bucket>()).value;

/** Count one call from a network address. @throws Fault `rate_limited` reason `calls_limited` */
export function countCallFrom(address: string, now = Date.now()): void {
  take(`address ${networkOf(address)}`, env().rateLimitAddress, now);
}

/** Count one call of a key, or of a person in all their sessions. @throws Fault `rate_limited` reason `calls_limited` */
export function countCallOf({ userId, via }: Pick<Principal, "userId" | "via">, now = Date.now()): void {
  take(via.kind === "key" ? `key ${via.apiKeyId}` : `user ${userId}`, env().rateLimitCaller, now);
}

/** Audit records that callers without an account may cause in a minute and process: they must not fill the disk. */
const anonymousEvents = 60;

/** Whether one more failure of a caller without an account may be recorded. */
export function mayAuditAnonymous(now = Date.now()): boolean {
  try {
    take("audit of anonymous callers", anonymousEvents, now);
    return true;
  } catch {
    return false;
  }
}

/** Deliveries of webhooks without a right signature that an address may send in a minute. */
const wrongDeliveries = 300;

/** Count a delivery of a webhook whose signature is wrong. @throws Fault `rate_limited` reason `calls_limited` */
export function countWrongDelivery(address: string, now = Date.now()): void {
  take(`wrong delivery ${networkOf(address)}`, wrongDeliveries, now);
}

/** Calls of one deploy hook in a minute: each queues a deployment. */
const deployHookCalls = 30;

/** Count a call of a deploy hook with the right secret. @throws Fault `rate_limited` reason `calls_limited` */
export function countDeployHookCall(deployHookId: string, now = Date.now()): void {
  take(`deploy hook ${deployHookId}`, deployHookCalls, now);
}

/**
 * A bucket holds the calls of one minute and fills up evenly. It is this process's own: with several processes a
 * caller has the sum of their limits.
 */
function take(subject: string, perMinute: number, now: number): void {
  const known = buckets.get(subject) ?? { left: perMinute, at: now };
  const filled = known.left + (Math.max(0, now - known.at) * perMinute) / minute;
  const left = Math.min(perMinute, filled);
  buckets.delete(subject); // moves it to the end: the map is ordered by last use
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
 * Delete buckets that were unused for a minute: they are full again, as a new one would be. If that is not enough, the
 * least recently used go first, so that a flood of new addresses does not reset callers over their limit.
 */
function makeRoom(now: number): void {
  let spare = maxBuckets / 10;
  for (const [subject, { at }] of buckets) {
    if (now - at < minute && spare-- <= 0) return;
    buckets.delete(subject);
  }
}

const maxKnown = 10_000;

const done = processGlobal("oncePerMinute", () => new Map<string, number>()).value;

/** Whether `subject` was not asked about for a minute in this process. The call itself starts the next minute. */
export function isFirstThisMinute(subject: string, now = Date.now()): boolean {
  if (now - (done.get(subject) ?? 0) < minute) return false;
  if (done.size >= maxKnown) forgetOld(now);
  done.set(subject, now);
  return true;
}

/** Undo the last `isFirstThisMinute`, when the event that it was called for did not happen. */
export function forgetThisMinute(subject: string): void {
  done.delete(subject);
}

function forgetOld(now: number): void {
  for (const [subject, at] of done) if (now - at >= minute) done.delete(subject);
  if (done.size >= maxKnown) done.clear();
}

/** How many attempts a subject has within a window. */
export interface Limit {
  tries: number;
  seconds: number;
}

export const limits = {
  signInAccount: { tries: 10, seconds: 900 },
  signInAddress: { tries: 50, seconds: 900 },
  badKey: { tries: 100, seconds: 60 },
  setup: { tries: 10, seconds: 300 },
  resetAccount: { tries: 3, seconds: 3600 },
  resetAddress: { tries: 20, seconds: 3600 },
  token: { tries: 30, seconds: 900 },
  password: { tries: 10, seconds: 900 },
  notificationTest: { tries: 20, seconds: 900 },
} as const satisfies Record<string, Limit>;

interface Row {
  count: number;
  windowEndsAt: Date;
}

const count = `INSERT INTO throttle (subject, count, "windowEndsAt")
  VALUES ($1, 1, now() + make_interval(secs => $2))
  ON CONFLICT (subject) DO UPDATE SET
    count = CASE WHEN throttle."windowEndsAt" <= now() THEN 1 ELSE throttle.count + 1 END,
    "windowEndsAt" = CASE WHEN throttle."windowEndsAt" <= now() THEN excluded."windowEndsAt"
      ELSE throttle."windowEndsAt" END
  RETURNING count, "windowEndsAt"`;

/**
 * Count one attempt before it is made, so that parallel attempts cannot pass together.
 * The count is shared by all processes of the instance.
 * @throws Fault `rate_limited` with the end of the window
 */
export async function countAttempt(kind: keyof typeof limits, subject: string): Promise<void> {
  const limit = limits[kind];
  const { rows } = await pool().query<Row>(count, [row(kind, subject), limit.seconds]);
  const [now] = rows;
  if (!now || now.count <= limit.tries) return;
  const params = { until: now.windowEndsAt.toISOString() };
  throw new Fault("rate_limited", { code: "too_many_tries", params }, { retryAt: now.windowEndsAt });
}

/** Forget the attempts of a subject that succeeded. */
export async function resetAttempts(kind: keyof typeof limits, subject: string): Promise<void> {
  await pool().query("DELETE FROM throttle WHERE subject = $1", [row(kind, subject)]);
}

/** Take one attempt back: it succeeded. */
export async function refundAttempt(kind: keyof typeof limits, subject: string): Promise<void> {
  await pool().query("UPDATE throttle SET count = GREATEST(count - 1, 0) WHERE subject = $1", [
    row(kind, subject),
  ]);
}

/** Subjects come from clients: a hash limits their length and keeps addresses out of the table. */
function row(kind: string, subject: string): string {
  return `${kind}:${digest(networkOf(subject)).slice(0, 32)}`;
}

/**
 * The /64 network of an IPv6 address, because its user can use all addresses in it. Other subjects stay as they are.
 */
export function networkOf(subject: string): string {
  if (!ipaddr.isValid(subject)) return subject;
  const address = ipaddr.process(subject);
  return address.kind() === "ipv6" ? address.toByteArray().slice(0, 8).join(".") : address.toString();
}
