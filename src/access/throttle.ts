import ipaddr from "ipaddr.js";
import { digest } from "@/access/digest";
import { pool } from "@/db/client";
import { Fault } from "@/lib/fault";

/** How many tries a subject has within a window. */
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
  noticeTest: { tries: 20, seconds: 900 },
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
 * Count one try before it is made, so that parallel tries cannot pass together.
 * The count is shared by all processes of the instance.
 * @throws Fault `rate_limited` with the end of the window
 */
export async function takeTry(kind: keyof typeof limits, subject: string): Promise<void> {
  const limit = limits[kind];
  const { rows } = await pool().query<Row>(count, [row(kind, subject), limit.seconds]);
  const [now] = rows;
  if (!now || now.count <= limit.tries) return;
  const params = { until: now.windowEndsAt.toISOString() };
  throw new Fault("rate_limited", { code: "too_many_tries", params }, { retryAt: now.windowEndsAt });
}

/** Forget the tries of a subject that proved itself. */
export async function forgive(kind: keyof typeof limits, subject: string): Promise<void> {
  await pool().query("DELETE FROM throttle WHERE subject = $1", [row(kind, subject)]);
}

/** Give one try back: it turned out to be a good one. */
export async function giveBack(kind: keyof typeof limits, subject: string): Promise<void> {
  await pool().query("UPDATE throttle SET count = GREATEST(count - 1, 0) WHERE subject = $1", [
    row(kind, subject),
  ]);
}

/** Subjects come from outside: hashed they have one length and tell nobody's address. */
function row(kind: string, subject: string): string {
  return `${kind}:${digest(networkOf(subject)).slice(0, 32)}`;
}

/** Whoever has one IPv6 address has the 2^64 beside it. Other subjects stay as they are. */
export function networkOf(subject: string): string {
  if (!ipaddr.isValid(subject)) return subject;
  const address = ipaddr.process(subject);
  return address.kind() === "ipv6" ? address.toByteArray().slice(0, 8).join(".") : address.toString();
}
