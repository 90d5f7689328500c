import { type Db, db } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health/health";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

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

/** A refused secret is counted where all processes see it. One that could not be read was never sent. */
async function recordBroken(row: ProviderRow, error: Fault, now = new Date()): Promise<void> {
  const { account, expiresAt, neverExpires } = storedHealth(row);
  const known = { account, expiresAt, neverExpires };
  const found = { state: "broken", reason: error.reason, checkedAt: now.toISOString() } as const;
  await saveHealth(row, { ...known, ...found }, { refused: error.reason.code !== "secret_unreadable" });
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
