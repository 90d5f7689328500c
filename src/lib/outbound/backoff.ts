import type { Fault } from "@/lib/fault";

export const maxRetries = 2;

/** Of a host or its proxy that takes no calls at the moment. */
export const busyStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

const flaky = new Set(["connection_refused", "connection_reset", "host_unreachable"]);

/** Whether sending the same thing again may help. */
export function isWorthAgain(outcome: Response | Fault): boolean {
  if (outcome instanceof Response) return busyStatuses.has(outcome.status);
  return (
    flaky.has(outcome.reason.code) ||
    (outcome.reason.code === "dns_failed" && outcome.reason.params?.again === true)
  );
}

/**
 * Milliseconds to wait before try number `tried + 1`: what the host asks for, else exponential with full jitter.
 * Null when that is later than the deadline.
 */
export function pause(
  outcome: Response | Fault,
  tried: number,
  leftMs: number,
  backoffMs: number,
): number | null {
  const asked =
    outcome instanceof Response ? retryAfterMs(outcome.headers.get("retry-after"), Date.now()) : null;
  const wait = asked ?? Math.random() * backoffMs * 2 ** tried;
  return wait < leftMs ? wait : null;
}

/** `Retry-After` in milliseconds from now: seconds or an HTTP date; null when absent or unreadable. */
export function retryAfterMs(value: string | null, now: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3}, /.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
