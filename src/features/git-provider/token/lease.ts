import { recordRenewal } from "@/access/audit-context";
import { type Db, pool, transaction, withoutAudit } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import { Fault, type FaultCode, faults } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Grant, Provider } from "@/providers/provider";

/** Longer than a token request may take: a holder that has it for longer has died. */
const leaseSeconds = 40;

/** Why no refresh is attempted for now; permanently when `until` is null. */
export interface Pause {
  fault: FaultCode;
  reason: Reason;
  /** ISO instant. */
  until: string | null;
  /** A refresh token was sent: it is not sent again at once, whoever asks. */
  sent?: boolean;
  /** The host may have used the refresh token up, although its answer does not say so. */
  unsure?: boolean;
}

/** The state of a provider's token refresh, by the clock of the database. */
export interface Renewal {
  credentialVersion: number;
  renewalVersion: number;
  /** Some process is asking the host right now. */
  held: boolean;
  /** When the stored token was issued, in Unix seconds; null when unknown. */
  renewedAt: number | null;
  /** The token was issued just now: even if it seems to expire soon, another one would be no better. */
  isNew: boolean;
  pause: Pause | null;
  /** A request with this refresh token failed moments ago: it is not sent again yet, not even for a person. */
  rests: boolean;
}

/** Why a paused refresh is not attempted. */
export function pausedFault({ fault, reason, until }: Pause): Fault {
  const retryAt = fault === "rate_limited" && until ? new Date(until) : undefined;
  return new Fault(fault, reason, { retryAt });
}

/** A refresh that this process has acquired. */
export interface Lease {
  gitProviderId: string;
  credentialVersion: number;
  renewalVersion: number;
  heldUntil: Date;
  /** Previous requests with the same refresh token whose answer was lost. */
  lost: number;
  /** The last request with the same refresh token may have used it up. */
  unsure: boolean;
}

/** No lease lasts this long: the clock of the database was set back. */
const isOfFuture = `"renewalHeldUntil" > now() + interval '${2 * leaseSeconds} seconds'`;

const readText = `SELECT "credentialVersion", "renewalVersion", COALESCE("renewalHeldUntil" > now() AND NOT ${isOfFuture}, false) AS "held",
    extract(epoch FROM "renewedAt")::float8 AS "renewedAt",
    COALESCE("renewedAt" > now() - interval '30 seconds', false) AS "isNew",
    CASE WHEN ("renewalPause"->>'credentialVersion')::int = "credentialVersion"
      AND COALESCE(("renewalPause"->>'until')::timestamptz > now(), true) THEN "renewalPause" END AS "pause",
    COALESCE(("renewalPause"->>'renewalVersion')::int = "renewalVersion"
      AND ("renewalPause"->>'since')::timestamptz > now() - CASE
        WHEN "renewalPause"->'reason'->>'code' = 'answer_lost' THEN interval '5 minutes'
        WHEN "renewalPause"->'reason'->>'code' <> 'client_refused' AND ("renewalPause"->>'sent')::boolean
          THEN interval '10 seconds'
      END, false) AS "rests"
  FROM "git_provider" WHERE "gitProviderId" = $1`;

/** Null for a provider that is gone. */
export async function readRenewal(gitProviderId: string): Promise<Renewal | null> {
  const { rows } = await pool().query<Renewal>(readText, [gitProviderId]);
  const [row] = rows;
  if (!row) return null;
  // A pause written by a newer version is ignored.
  return { ...row, pause: row.pause && Object.hasOwn(faults, row.pause.fault) ? row.pause : null };
}

// `renewalAskedAt` is set before the host is called: still set when the lease has expired, it means a lost answer.
const takeText = `UPDATE "git_provider" SET "renewalHeldUntil" = now() + make_interval(secs => $4),
    "renewalAskedAt" = now(), "renewalsLost" = "renewalsLost" + CASE WHEN "renewalAskedAt" IS NULL THEN 0 ELSE 1 END
  WHERE "gitProviderId" = $1 AND "credentialVersion" = $2 AND "renewalVersion" = $3
    AND COALESCE("renewalHeldUntil" <= now() OR ${isOfFuture}, true)
  RETURNING "renewalHeldUntil" AS "heldUntil", "renewalsLost" AS "lost",
    COALESCE(("renewalPause"->>'unsure')::boolean AND ("renewalPause"->>'credentialVersion')::int = $2
      AND ("renewalPause"->>'renewalVersion')::int = $3, false) AS "unsure"`;

/** Acquire the refresh lease. Null when another process holds it or the token was replaced already. */
export async function takeLease(
  gitProviderId: string,
  at: Pick<Renewal, "credentialVersion" | "renewalVersion">,
): Promise<Lease | null> {
  const { credentialVersion, renewalVersion } = at;
  const values = [gitProviderId, credentialVersion, renewalVersion, leaseSeconds];
  const { rows } = await pool().query<Pick<Lease, "heldUntil" | "lost" | "unsure">>(takeText, values);
  const [taken] = rows;
  return taken ? { gitProviderId, credentialVersion, renewalVersion, ...taken } : null;
}

/**
 * Save the new tokens and release the lease in one transaction. Not when the connection was changed meanwhile: the
 * tokens belong to the old credential. The credential version stays, so caches stay valid.
 * @returns false when the connection was changed or removed: nobody holds the token then
 */
export async function saveRenewed(
  lease: Lease,
  provider: Provider,
  row: ProviderRow,
  grant: Grant,
): Promise<boolean> {
  const { gitProviderId, credentialVersion, renewalVersion } = lease;
  const keep = async (tx: Db) => {
    const kept = await tx.$executeRaw`UPDATE "git_provider" SET "renewalVersion" = "renewalVersion" + 1,
        "renewalHeldUntil" = NULL, "renewalAskedAt" = NULL, "renewalsLost" = 0, "renewalPause" = NULL,
        "renewedAt" = now()
      WHERE "gitProviderId" = ${gitProviderId} AND "credentialVersion" = ${credentialVersion}
        AND "renewalVersion" = ${renewalVersion}`;
    // On a retry after a lost database answer the tokens may be saved already.
    if (kept === 0) return (await tx.gitProvider.count({ where: { gitProviderId, credentialVersion } })) > 0;
    const { settings = {}, secrets = {} } = grant;
    const rowId = String(row.fields[provider.idField]);
    await updateFields(tx, provider, {
      gitProviderId,
      organizationId: row.organizationId,
      rowId,
      settings,
      secrets,
    });
    await recordRenewal(tx, row);
    return true;
  };
  // Not audited as a change by the caller in whose call the refresh happens.
  return withoutAudit(() => transaction(keep));
}

const ours = `"gitProviderId" = $1 AND "credentialVersion" = $2 AND "renewalVersion" = $3 AND "renewalHeldUntil" = $4`;

function valuesOf({ gitProviderId, credentialVersion, renewalVersion, heldUntil }: Lease): unknown[] {
  return [gitProviderId, credentialVersion, renewalVersion, heldUntil];
}

/** Release the lease after a lost answer: the next holder sees that one was lost. */
export async function releaseLost(lease: Lease): Promise<void> {
  await pool().query(`UPDATE "git_provider" SET "renewalHeldUntil" = NULL WHERE ${ours}`, valuesOf(lease));
}

/** Release the lease after an answer that says nothing about the stored token. */
export async function releaseUnused(lease: Lease): Promise<void> {
  const text = `UPDATE "git_provider" SET "renewalHeldUntil" = NULL, "renewalAskedAt" = NULL WHERE ${ours}`;
  await pool().query(text, valuesOf(lease));
}

/** Release the lease after a refusal, and pause refreshes for `seconds`; null: permanently. */
export async function pauseRenewal(
  lease: Lease,
  pause: Omit<Pause, "until">,
  seconds: number | null,
): Promise<void> {
  const text = `UPDATE "git_provider" SET "renewalHeldUntil" = NULL, "renewalAskedAt" = NULL,
      "renewalPause" = $5::jsonb
        || jsonb_build_object('since', now(), 'until', now() + make_interval(secs => $6))
    WHERE ${ours}`;
  const { credentialVersion, renewalVersion } = lease;
  const stored = JSON.stringify({ ...pause, credentialVersion, renewalVersion });
  await pool().query(text, [...valuesOf(lease), stored, seconds]);
}

/** Columns to reset when a person changes the secret: the state of earlier refreshes no longer holds. */
export function newCredential() {
  return {
    credentialVersion: { increment: 1 },
    renewalHeldUntil: null,
    renewalAskedAt: null,
    renewalsLost: 0,
    renewedAt: null,
  };
}
