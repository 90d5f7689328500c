import { testQuietly } from "@/features/git-provider/connection-test/run";
import {
  type Claimed,
  claimChecks,
  planChecks,
  planNext,
} from "@/features/git-provider/connection-test/schedule";
import { yieldsUntil } from "@/features/git-provider/health/rate-limit";
import { isLockedOut, storedHealth } from "@/features/git-provider/health/record-health";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { asFault } from "@/lib/fault";

const atOnce = 4;
const usualMs = 6 * 3_600_000;
const firstRetryMs = 5 * 60_000;
const waitingMs = 30 * 60_000;

/**
 * Test the providers whose background check is due, a few at once. However many processes call this, each check is
 * done by one.
 * @returns how many were taken
 */
export async function checkDue(): Promise<number> {
  await planChecks();
  const claimed = await claimChecks(atOnce);
  await Promise.all(claimed.map(checkOne));
  return claimed.length;
}

async function checkOne(claimed: Claimed): Promise<void> {
  const { gitProviderId } = claimed;
  const row = await find(claimed);
  if (!row) return;
  const now = new Date();
  const wait = isLockedOut(row) ? after(usualMs, now) : yieldsUntil(row, now);
  if (wait) return planNext(gitProviderId, after(wait.getTime() - now.getTime() + 30_000, now));
  await testQuietly(async () => row);
  const tested = await find(claimed);
  if (tested) await planNext(gitProviderId, after(pauseOf(storedHealth(tested)), now));
}

/** It may have been removed since it was claimed. */
async function find({ organizationId, gitProviderId }: Claimed): Promise<ProviderRow | null> {
  return readProvider(system(organizationId), gitProviderId).catch((error: unknown) => {
    if (asFault(error).code === "not_found") return null;
    throw error;
  });
}

/** Every six hours; after a failure in five minutes, doubling each time; sooner while an approval is pending. */
export function pauseOf({ state, failures = 1 }: Pick<StoredHealth, "state" | "failures">): number {
  if (state === "pending") return waitingMs;
  return state === "broken" ? Math.min(firstRetryMs * 2 ** (failures - 1), usualMs) : usualMs;
}

/** With a jitter of 20 %, so that checks planned together spread out. */
function after(ms: number, now: Date): Date {
  return new Date(now.getTime() + ms * (0.8 + Math.random() * 0.4));
}
