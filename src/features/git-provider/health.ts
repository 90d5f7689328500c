import { type Health, healthStates } from "@/features/git-provider/contract";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/row";
import { type Reason, words } from "@/lib/reason";

const day = 86_400_000;
const soonDays = 30;

/** How every provider starts, and what a change of address or secret sets it back to. */
export function pendingHealth(reason: Reason = { code: "not_tested" }) {
  return { state: "pending" as const, reason: { ...reason }, checkedAt: null };
}

/** By hand, since it is read for every row of every list, and only we write it. */
export function storedHealth({ health }: Pick<ProviderRow, "health">): StoredHealth {
  return isStored(health) ? health : { state: "unknown", checkedAt: null };
}

const states: readonly unknown[] = healthStates;

function isStored(value: unknown): value is StoredHealth {
  if (typeof value !== "object" || value === null) return false;
  return "state" in value && states.includes(value.state) && "checkedAt" in value;
}

/**
 * The health to show now: what the last test found, made worse by an end of the token that has come near or has
 * passed since.
 */
export function healthAt(row: Pick<ProviderRow, "health" | "tokenExpiresOn">, now: Date): Health {
  const stored = storedHealth(row);
  const ends = earliest(stored.expiresAt, row.tokenExpiresOn);
  const { state, reason } = withExpiry(stored, ends, now);
  return {
    state,
    ...(reason && { reason: { code: reason.code, message: words(reason) } }),
    checkedAt: stored.checkedAt,
    ...(ends && { expiresAt: ends.toISOString() }),
  };
}

function withExpiry(
  { state, reason }: StoredHealth,
  ends: Date | null,
  now: Date,
): Pick<StoredHealth, "state" | "reason"> {
  if (!ends || state === "broken") return { state, reason };
  const on = ends.toISOString().slice(0, 10);
  if (ends <= now) return { state: "broken", reason: { code: "token_expired", params: { on } } };
  if (ends.getTime() - now.getTime() > soonDays * day || state === "pending") return { state, reason };
  return { state: "warning", reason: reason ?? { code: "token_expires_soon", params: { on } } };
}

/** A day given by a person ends with it; an instant from the host is exact and goes before. */
function earliest(expiresAt: string | undefined, tokenExpiresOn: string | null): Date | null {
  const told = expiresAt ? Date.parse(expiresAt) : Number.NaN;
  if (!Number.isNaN(told)) return new Date(told);
  return tokenExpiresOn ? new Date(Date.parse(tokenExpiresOn) + day) : null;
}
