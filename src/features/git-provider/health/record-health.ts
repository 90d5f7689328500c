import { type Db, db } from "@/db/client";
import { healthStates } from "@/features/git-provider/contract";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";
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

const minute = 60_000;

/** Remember that a provider was used, once a minute at most. `updatedAt` stays, since it means changes by people. */
export async function recordUse({ gitProviderId, lastUsedAt }: ProviderRow, now = new Date()): Promise<void> {
  if (lastUsedAt && now.getTime() - Date.parse(lastUsedAt) < minute) return;
  await db()
    .$executeRaw`UPDATE "git_provider" SET "lastUsedAt" = ${now} WHERE "gitProviderId" = ${gitProviderId}`;
}

/**
 * Record what a failure says about the connection: a refused credential, or a rate limit with its end. Other failures
 * say nothing.
 */
export async function recordFailure(row: ProviderRow, error: unknown): Promise<void> {
  if (!(error instanceof Fault)) return;
  if (error.code === "credential_rejected") await recordBroken(row, error);
  if (error.code === "rate_limited" && error.retryAt) await recordRateLimited(row, error.retryAt);
}

/** In the database, since the host counts the calls of all processes. */
async function recordRateLimited(
  { gitProviderId, credentialVersion }: ProviderRow,
  until: Date,
): Promise<void> {
  await db().$executeRaw`UPDATE "git_provider"
    SET "health" = jsonb_set("health", '{limitedUntil}', to_jsonb(${until.toISOString()}::text))
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}`;
}

/** @throws Fault `rate_limited` while the host has said that it takes no more calls with this credential */
export function assertUnlimited(row: ProviderRow, host: string, now = new Date()): void {
  const until = new Date(storedHealth(row).limitedUntil ?? Number.NaN);
  if (!(until > now)) return;
  const reason = { code: "host_rate_limit", params: { host, until: until.toISOString() } };
  throw new Fault("rate_limited", reason, { retryAt: until });
}

/**
 * A refused secret is counted where all processes see it. One that could not be read was never sent, and with a blocked
 * account it is not the secret that was refused.
 */
async function recordBroken(row: ProviderRow, error: Fault, now = new Date()): Promise<void> {
  const { account, expiresAt, neverExpires } = storedHealth(row);
  const known = { account, expiresAt, neverExpires };
  const found = { state: "broken", reason: error.reason, checkedAt: now.toISOString() } as const;
  const ofSecret = !["secret_unreadable", "account_blocked"].includes(error.reason.code);
  await saveHealth(row, { ...known, ...found }, { refused: ofSecret || undefined });
}

/**
 * Store what was found, unless the connection was changed since it was read: it is not about the new one.
 * @param refused true: the host refused the secret once more; false: it took it; absent: nothing is known of that
 */
export async function saveHealth(
  row: ProviderRow,
  health: StoredHealth & { report?: unknown },
  { refused }: { refused?: boolean } = {},
  tx: Db = db(),
): Promise<void> {
  const { gitProviderId, credentialVersion, renewalVersion } = row;
  const renewal = refused === false ? null : renewalVersion;
  await tx.$executeRaw`UPDATE "git_provider" SET
    "health" = ${JSON.stringify(health)}::jsonb || jsonb_strip_nulls(jsonb_build_object(
      'since', "health"->'since',
      'refusedRenewal', CASE WHEN ${refused ?? null}::boolean IS NULL THEN "health"->'refusedRenewal'
        ELSE to_jsonb(${renewal}::int) END)),
    "rejectionCount" = CASE WHEN ${refused ?? null}::boolean IS NULL THEN "rejectionCount"
      WHEN NOT ${refused ?? false} THEN 0
      WHEN ("health"->>'refusedRenewal')::int = ${renewalVersion} THEN "rejectionCount" + 1 ELSE 1 END
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}
      AND ("renewalVersion" = ${renewalVersion} OR NOT ${refused ?? false})`;
}

/** Hosts lock an account after five or more wrong sign-ins, and calls already running count too. */
const rejectionsBeforeLockout = 3;

/** Whether the stored secret was refused so often that only a person may try it again. */
export function isLockedOut(row: ProviderRow): boolean {
  const { refusedRenewal, reason } = storedHealth(row);
  // Here the account is blocked, not the secret wrong: more calls cannot lock it, and it may be unblocked.
  if (reason?.code === "account_blocked") return false;
  return row.rejectionCount >= rejectionsBeforeLockout && refusedRenewal === row.renewalVersion;
}

/**
 * @throws Fault `credential_rejected`, with the reason that the host gave last, once a secret was refused too often:
 * until it is replaced, or a person tests it
 */
export function assertNotLockedOut(row: ProviderRow): void {
  if (!isLockedOut(row)) return;
  const { reason } = storedHealth(row);
  throw new Fault("credential_rejected", reason ?? { code: "secret_refused", params: { name: row.name } });
}

/** Whether the host is known to have refused the secret, or the account behind it. */
export function wasRefused(row: ProviderRow): boolean {
  return row.rejectionCount > 0 || storedHealth(row).reason?.code === "account_blocked";
}

/**
 * The host took the secret: rejections before it do not count any more, and a background check is due, which corrects
 * the health that the last one left.
 */
export async function resetRejections({ gitProviderId, credentialVersion }: ProviderRow): Promise<void> {
  await db().$executeRaw`UPDATE "git_provider" SET "rejectionCount" = 0, "checkDueAt" = now()
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}`;
}
