const firstPauseMs = 5_000;
const longestPauseMs = 2 * 3600_000;

/** How long a state is tried to be told, from when it was wanted. */
export const toldWithinMs = 10 * 3600_000;

/** How long to wait after so many failed tries: seconds at first, hours at last. */
export function pauseAfter(failures: number): number {
  return Math.min(firstPauseMs * 3 ** (failures - 1), longestPauseMs);
}

/**
 * When to tell the host again.
 * @param failures how often it has failed, 1 after the first time
 * @param retryAt when the host wants to be asked again, if it said so
 * @returns null when the time is over; before that the last try is at its end
 */
export function nextTry(
  { wantedAt, failures, retryAt }: { wantedAt: Date; failures: number; retryAt?: Date },
  now = Date.now(),
): Date | null {
  const end = wantedAt.getTime() + toldWithinMs;
  const next = Math.max(now + pauseAfter(failures), retryAt?.getTime() ?? 0);
  if (next <= end) return new Date(next);
  // The host decides when it can be asked; what it would refuse is not tried.
  return now < end && !(retryAt && retryAt.getTime() > end) ? new Date(end) : null;
}
