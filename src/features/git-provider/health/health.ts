import { healthStates } from "@/features/git-provider/contract";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import type { Reason } from "@/lib/reason";

/** How every provider starts, and what a change of address or secret sets it back to. */
export function pendingHealth(reason: Reason = { code: "not_tested" }, now = new Date()) {
  return {
    state: "pending" as const,
    reason: { ...reason },
    checkedAt: null,
    since: now.toISOString(),
  };
}

/**
 * Checked by hand instead of with zod for speed: it runs for every row of every list, and only Slipway writes the
 * column.
 */
export function storedHealth({ health }: Pick<ProviderRow, "health">): StoredHealth {
  return isStored(health) ? health : { state: "unknown", checkedAt: null };
}

const states: readonly unknown[] = healthStates;

function isStored(value: unknown): value is StoredHealth {
  if (typeof value !== "object" || value === null) return false;
  return "state" in value && states.includes(value.state) && "checkedAt" in value;
}
