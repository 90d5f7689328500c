import { recordRenewal } from "@/access/audit-context";
import { withoutAudit } from "@/db/audit-recorder";
import { type Db, pool, transaction } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { updateFields } from "@/features/git-provider/record/store";
import { type FaultCode, faults } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import type { Grant, Provider } from "@/providers/provider";

/** Longer than a token request may take: who holds it for longer than this has died. */
export const leaseSeconds = 40;

/** Why no renewal is tried for now; for good where `until` is null. */
export interface Pause {
  fault: FaultCode;
  reason: Reason;
  /** ISO instant. */
  until: string | null;
}

/** Where the renewal of one provider stands, by the clock of the database. */
export interface Renewal {
  credentialVersion: number;
  renewalVersion: number;
  /** Some process is asking the host right now. */
  held: boolean;
  /** When the token in use came, in Unix seconds; null when that is not known. */
  renewedAt: number | null;
  /** It came just now: however short its life looks, the next would be no better. */
  isNew: boolean;
  pause: Pause | null;
  /** An answer to this very refresh token was lost moments ago: not even a person has it sent again yet. */
  restsAfterLoss: boolean;
}

/** One renewal that is this process's to do. */
export interface Lease {
  gitProviderId: string;
  credentialVersion: number;
  renewalVersion: number;
  heldUntil: Date;
  /** Renewals before this one whose answer never came. */
  lost: number;
}

/** Nobody takes a lease for so long: the clock of the database went back since. */
const isOfFuture = `"renewalHeldUntil" > now() + interval '${2 * leaseSeconds} seconds'`;

const readText = `SELECT "credentialVersion", "renewalVersion", COALESCE("renewalHeldUntil" > now() AND NOT ${isOfFuture}, false) AS "held",
    extract(epoch FROM "renewedAt")::float8 AS "renewedAt",
    COALESCE("renewedAt" > now() - interval '30 seconds', false) AS "isNew",
    CASE WHEN ("renewalPause"->>'credentialVersion')::int = "credentialVersion"
      AND COALESCE(("renewalPause"->>'until')::timestamptz > now(), true) THEN "renewalPause" END AS "pause",
    COALESCE("renewalPause"->'reason'->>'code' = 'answer_lost'
      AND ("renewalPause"->>'renewalVersion')::int = "renewalVersion"
      AND ("renewalPause"->>'since')::timestamptz > now() - interval '5 minutes', false) AS "restsAfterLoss"
  FROM "git_provider" WHERE "gitProviderId" = $1`;

/** Null for a provider that is gone. */
export async function readRenewal(gitProviderId: string): Promise<Renewal | null> {
  const { rows } = await pool().query<Renewal>(readText, [gitProviderId]);
  const [row] = rows;
  if (!row) return null;
  // One that a newer version wrote is as good as none.
  return { ...row, pause: row.pause && Object.hasOwn(faults, row.pause.fault) ? row.pause : null };
}

// That the host is about to be asked is written down first: what is still there when the lease is over was lost.
const takeText = `UPDATE "git_provider" SET "renewalHeldUntil" = now() + make_interval(secs => $4),
    "renewalAskedAt" = now(), "renewalsLost" = "renewalsLost" + CASE WHEN "renewalAskedAt" IS NULL THEN 0 ELSE 1 END
  WHERE "gitProviderId" = $1 AND "credentialVersion" = $2 AND "renewalVersion" = $3
    AND COALESCE("renewalHeldUntil" <= now() OR ${isOfFuture}, true)
  RETURNING "renewalHeldUntil" AS "heldUntil", "renewalsLost" AS "lost"`;

/** Take the renewal in hand. Null when another has it, or the token is another one already. */
export async function takeLease(
  gitProviderId: string,
  at: Pick<Renewal, "credentialVersion" | "renewalVersion">,
): Promise<Lease | null> {
  const { credentialVersion, renewalVersion } = at;
  const values = [gitProviderId, credentialVersion, renewalVersion, leaseSeconds];
  const { rows } = await pool().query<Pick<Lease, "heldUntil" | "lost">>(takeText, values);
  const [taken] = rows;
  return taken ? { gitProviderId, credentialVersion, renewalVersion, ...taken } : null;
}

/**
 * Store what the host gave, and only then let others at it. Not when the connection was changed meanwhile: the token
 * belongs to the one before. It counts as a renewal, not as a change: what is cached stays.
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
    // Done once more after an answer of the database was lost, it is kept already.
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
  // Whoever's call it happens in: it is not their change.
  return withoutAudit(() => transaction(keep));
}

const ours = `"gitProviderId" = $1 AND "credentialVersion" = $2 AND "renewalVersion" = $3 AND "renewalHeldUntil" = $4`;

function valuesOf({ gitProviderId, credentialVersion, renewalVersion, heldUntil }: Lease): unknown[] {
  return [gitProviderId, credentialVersion, renewalVersion, heldUntil];
}

/** Give the lease back without an answer: the next to take it knows that one was lost. */
export async function releaseLost(lease: Lease): Promise<void> {
  await pool().query(`UPDATE "git_provider" SET "renewalHeldUntil" = NULL WHERE ${ours}`, valuesOf(lease));
}

/** Give the lease back with an answer that says nothing of the token in use. */
export async function releaseUnused(lease: Lease): Promise<void> {
  const text = `UPDATE "git_provider" SET "renewalHeldUntil" = NULL, "renewalAskedAt" = NULL WHERE ${ours}`;
  await pool().query(text, valuesOf(lease));
}

/** Give the lease back with an answer that is no token, and let nobody ask for a while. `seconds` null: for good. */
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

/** Columns of a provider whose secret was just changed by a person: nothing of an earlier renewal holds for it. */
export function newCredential() {
  return {
    credentialVersion: { increment: 1 },
    renewalHeldUntil: null,
    renewalAskedAt: null,
    renewalsLost: 0,
    renewedAt: null,
  };
}
