import { db } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health";
import type { ProviderRow } from "@/features/git-provider/row";
import { testStored } from "@/features/git-provider/run-test";
import { Fault } from "@/lib/fault";
import { log } from "@/lib/log";

const staleMs = 6 * 3_600_000;
const claimMs = 15 * 60_000;

/** Test, one after the other, the active providers that nobody looked at for six hours. */
export async function refreshHealth(rows: ProviderRow[], now = new Date()): Promise<void> {
  const due = rows.filter((row) => row.status === "active" && isDue(row, now));
  for (const row of due) if (await claim(row, now)) await testQuietly(row);
}

function isDue(row: ProviderRow, now: Date): boolean {
  const { checkedAt } = storedHealth(row);
  return !checkedAt || now.getTime() - Date.parse(checkedAt) > staleMs;
}

/** Of many processes and requests at once, one tests: the one that finds it unclaimed and as it was read. */
async function claim(row: ProviderRow, now: Date): Promise<boolean> {
  const { checkedAt } = storedHealth(row);
  const before = new Date(now.getTime() - claimMs);
  const taken = await db().$executeRaw`UPDATE "git_provider"
    SET "health" = jsonb_set("health", '{claimedAt}', to_jsonb(${now.toISOString()}::text))
    WHERE "gitProviderId" = ${row.gitProviderId}
      AND "health"->>'checkedAt' IS NOT DISTINCT FROM ${checkedAt}
      AND COALESCE(("health"->>'claimedAt')::timestamptz < ${before}, true)`;
  return taken > 0;
}

/** One that cannot be tested must not keep the others from it. */
async function testQuietly(row: ProviderRow): Promise<void> {
  try {
    await testStored(row);
  } catch (error) {
    const code = error instanceof Fault ? error.reason.code : "internal";
    log.warn({ gitProviderId: row.gitProviderId, code }, "a provider could not be tested");
  }
}
