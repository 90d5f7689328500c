import type { Health } from "@/features/git-provider/contract";
import { type CredentialEnd, credentialEnd } from "@/features/git-provider/health/credential-expiry";
import { storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { messageOf } from "@/lib/reason";

const day = 86_400_000;
const soonDays = 30;
/** Days of use after which a secret with unknown expiry gets a warning. */
export const oldDays = 90;

export type HealthRow = Pick<
  ProviderRow,
  | "health"
  | "tokenExpiresOn"
  | "providerType"
  | "authMethod"
  | "connectorLeft"
  | "createdAt"
  | "wrongDeliveries"
>;

/**
 * The health to show now: the result of the last test, worsened when the credential has since expired or is about to,
 * when its expiry is unknown and it is old, when the person who connected it has left, or when webhooks arrive with a wrong
 * signature. Anyone can send those, so they never make it broken.
 */
export function healthAt(row: HealthRow, now: Date): Health {
  const stored = storedHealth(row);
  const end = credentialEnd(row);
  const { state, reason } = judged(row, stored, end, now);
  return {
    state,
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
    checkedAt: stored.checkedAt,
    ends: end.kind,
    ...(end.kind === "at" && { expiresAt: end.at.toISOString() }),
  };
}

type Judged = Pick<StoredHealth, "state" | "reason">;

function judged(row: HealthRow, stored: StoredHealth, end: CredentialEnd, now: Date): Judged {
  const { state, reason } = stored;
  if (state === "broken") return { state, reason };
  const on = end.kind === "at" ? end.on : "";
  if (end.kind === "at" && end.at <= now)
    return { state: "broken", reason: { code: "token_expired", params: { on } } };
  if (state === "pending") return { state, reason };
  const worse = near(end, now) ?? wronglySigned(row) ?? aged(row, end, now) ?? left(row, stored);
  return worse ? { state: "warning", reason: reason ?? worse } : { state, reason };
}

type Worse = StoredHealth["reason"] | null;

function near(end: CredentialEnd, now: Date): Worse {
  if (end.kind !== "at" || end.at.getTime() - now.getTime() > soonDays * day) return null;
  return { code: "token_expires_soon", params: { on: end.on } };
}

/** How long the secret has been in use, in whole days, where nothing is known of its end; else null. */
export function ageInDays(row: HealthRow, now: Date): number | null {
  if (credentialEnd(row).kind !== "unknown") return null;
  const since = Date.parse(storedHealth(row).since ?? row.createdAt);
  return Math.floor((now.getTime() - since) / day);
}

function aged(row: HealthRow, end: CredentialEnd, now: Date): Worse {
  const days = end.kind === "unknown" ? (ageInDays(row, now) ?? 0) : 0;
  return days >= oldDays ? { code: "token_old", params: { days } } : null;
}

function wronglySigned({ wrongDeliveries }: HealthRow): Worse {
  return wrongDeliveries && { code: "hook_rejected", params: wrongDeliveries };
}

function left({ connectorLeft }: HealthRow, { account }: StoredHealth): Worse {
  if (!connectorLeft) return null;
  return { code: "connector_left", params: { account: account?.name ?? null } };
}
