import { credentialEnd } from "@/features/git-provider/health/credential-expiry";
import { ageInDays, type HealthRow, healthAt, oldDays } from "@/features/git-provider/health/current-health";
import { storedHealth } from "@/features/git-provider/health/record-health";
import type { NotificationEvent } from "@/features/notification/contract";

/** Something that is notified once for as long as it lasts. `key` names it in the table of what was sent. */
export interface Cause {
  key: string;
  event: NotificationEvent;
}

export const brokenKey = "broken";
/** Days before the end at which it is notified. */
const stages = [1, 7, 14, 30] as const;
const day = 86_400_000;
/** One failed check may be a short network problem. */
const sureFailures = 2;

/** All current causes for a notification about a provider, sent already or not. */
export function causesOf(row: HealthRow, now: Date): Cause[] {
  return [ending(row, now), aged(row, now), broken(row, now)].filter((cause) => cause !== null);
}

/** Only the current stage, so that a token connected in its last days does not cause four notifications. */
function ending(row: HealthRow, now: Date): Cause | null {
  const end = credentialEnd(row);
  if (end.kind !== "at" || end.at <= now) return null;
  const left = (end.at.getTime() - now.getTime()) / day;
  const stage = stages.find((each) => left <= each);
  return stage ? { key: `expiry:${stage}:${dayOf(end.at)}`, event: "expiring" } : null;
}

function aged(row: HealthRow, now: Date): Cause | null {
  const days = ageInDays(row, now);
  if (days === null || days < oldDays) return null;
  return { key: `age:${sinceOf(row)}`, event: "expiring" };
}

function broken(row: HealthRow, now: Date): Cause | null {
  const { state, reason, failures = 0 } = storedHealth(row);
  const sure = state !== "broken" || reason?.code !== "test_found" || failures >= sureFailures;
  return sure && healthAt(row, now).state === "broken" ? { key: brokenKey, event: "broken" } : null;
}

/** Whether something that was sent is over: the credential it was about is another one, or the provider works. */
export function isOver(key: string, row: HealthRow, now: Date): boolean {
  if (key === brokenKey) return ["ok", "warning"].includes(healthAt(row, now).state);
  const end = credentialEnd(row);
  const current = key.startsWith("age:") ? sinceOf(row) : end.kind === "at" ? dayOf(end.at) : "";
  return !key.endsWith(`:${current}`);
}

function sinceOf(row: HealthRow): string {
  return storedHealth(row).since ?? row.createdAt;
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
