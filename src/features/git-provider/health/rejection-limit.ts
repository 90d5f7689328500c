/** How often a host refused a secret in a row, counted for all processes: at three, calls stop. */
import { db } from "@/db/client";
import { storedHealth } from "@/features/git-provider/health/health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

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

/** The host took the secret: rejections before it do not count any more. */
export async function resetRejections(row: ProviderRow): Promise<void> {
  if (row.rejectionCount === 0) return;
  const { gitProviderId, credentialVersion } = row;
  await db().$executeRaw`UPDATE "git_provider" SET "rejectionCount" = 0
    WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}`;
}
