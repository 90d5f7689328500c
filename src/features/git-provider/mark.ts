import { db } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health";
import type { ProviderRow, StoredHealth } from "@/features/git-provider/row";
import { Fault } from "@/lib/fault";

const minute = 60_000;

/** Remember that a provider was used, once a minute at most. Its `updatedAt` tells of changes by people only. */
export async function markUsed({ gitProviderId, lastUsedAt }: ProviderRow, now = new Date()): Promise<void> {
  if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < minute) return;
  await db()
    .$executeRaw`UPDATE "git_provider" SET "lastUsedAt" = ${now} WHERE "gitProviderId" = ${gitProviderId}`;
}

/**
 * Note what a failure tells of the connection: a credential that the host refused, or until when it takes no more
 * calls. Other failures tell nothing.
 */
export async function noteFailure(row: ProviderRow, error: unknown): Promise<void> {
  if (!(error instanceof Fault)) return;
  if (error.code === "credential_rejected") await markBroken(row, error);
  if (error.code === "rate_limited" && error.retryAt) await markLimited(row, error.retryAt);
}

/** In the database, since the host counts the calls of all processes. */
async function markLimited({ gitProviderId, credentialVersion }: ProviderRow, until: Date): Promise<void> {
  await db().$executeRaw`UPDATE "git_provider"
    SET "health" = jsonb_set("health", '{limitedUntil}', to_jsonb(${until.toISOString()}::text))
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}`;
}

/** @throws Fault `rate_limited` while the host has said that it takes no more calls with this credential */
export function demandUnlimited(row: ProviderRow, host: string, now = new Date()): void {
  const until = new Date(storedHealth(row).limitedUntil ?? Number.NaN);
  if (!(until > now)) return;
  const reason = { code: "host_rate_limit", params: { host, until: until.toISOString() } };
  throw new Fault("rate_limited", reason, { retryAt: until });
}

async function markBroken(row: ProviderRow, error: Fault, now = new Date()): Promise<void> {
  const { account } = storedHealth(row);
  await saveHealth(row, { state: "broken", reason: error.reason, checkedAt: now.toISOString(), account });
}

/** Store what was found, unless the connection was changed since it was read: it is not about the new one. */
export async function saveHealth(
  row: ProviderRow,
  health: StoredHealth & { report?: unknown },
): Promise<void> {
  const { gitProviderId, credentialVersion } = row;
  await db().$executeRaw`UPDATE "git_provider" SET "health" = ${JSON.stringify(health)}::jsonb
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}`;
}
