/** The default when the header is missing or unusable. */
const DEFAULT_MS = 60_000;
const MIN_MS = 1_000;
/** The longest pause that a host can ask for. */
const MAX_MS = 24 * 60 * 60 * 1000;

/**
 * The instant a `Retry-After` header means: seconds or an HTTP date. Absent, negative or unreadable values give
 * one minute; the answer lies between one second and one day after `now`.
 */
export function retryAfter(header: string | null, now: Date): Date {
  return new Date(now.getTime() + Math.min(Math.max(waitOf(header, now), MIN_MS), MAX_MS));
}

function waitOf(header: string | null, now: Date): number {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Date.parse reads "-5" and "7a" as years: only text that begins like an HTTP date is tried.
  const at = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? DEFAULT_MS : at - now.getTime();
}
