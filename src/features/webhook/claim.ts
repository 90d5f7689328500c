import { pool } from "@/db/client";
import { isAwakeSql } from "@/features/webhook/restored";
import type { WebhookRow } from "@/features/webhook/row";

/** Longer than the calls for one hook may take: a holder that has it for longer has died. */
const leaseSeconds = 120;

/**
 * A row of a provider that is switched off waits until that is switched on. Another credential, or one that was
 * authorized again, may do what the former one could not.
 */
const claimText = `UPDATE "webhook" SET "heldUntil" = $1::timestamptz + make_interval(secs => $3)
  WHERE "webhookId" IN (
    SELECT w."webhookId" FROM "webhook" w JOIN "git_provider" p ON p."organizationId" = w."organizationId"
      AND p."gitProviderId" = w."gitProviderId"
    WHERE (w."checkDueAt" <= $1 OR w."credentialVersion" <> p."credentialVersion"
        OR (w."reasonCode" = 'provider_inactive' AND p."status" = 'active'))
      AND (w."heldUntil" IS NULL OR w."heldUntil" <= $1)
      AND ${isAwakeSql("w")}
    ORDER BY w."checkDueAt" LIMIT $2 FOR UPDATE OF w SKIP LOCKED)
  RETURNING *`;

/** Take rows whose check is due for this process, the longest due first. */
export async function claimDue(most: number, now: Date): Promise<WebhookRow[]> {
  const { rows } = await pool().query<WebhookRow>(claimText, [now, most, leaseSeconds]);
  return rows;
}

const missedText = `UPDATE "webhook" SET "heldUntil" = $1::timestamptz + make_interval(secs => $3)
  WHERE "webhookId" IN (
    SELECT w."webhookId" FROM "webhook" w JOIN "git_provider" p ON p."organizationId" = w."organizationId"
      AND p."gitProviderId" = w."gitProviderId" AND p."status" = 'active'
    WHERE NOT w."isUnwanted" AND (w."missedSince" IS NOT NULL
        OR w."refusedAt" > COALESCE(w."recoveredAt", w."createdAt" - interval '1 second'))
      AND (w."heldUntil" IS NULL OR w."heldUntil" <= $1)
      AND ${isAwakeSql("w")}
    ORDER BY w."recoveredAt" NULLS FIRST LIMIT $2 FOR UPDATE OF w SKIP LOCKED)
  RETURNING *`;

/** Take rows whose deliveries could not arrive, or had to be refused, since they were last fetched. */
export async function claimMissed(most: number, now: Date): Promise<WebhookRow[]> {
  const { rows } = await pool().query<WebhookRow>(missedText, [now, most, leaseSeconds]);
  return rows;
}

const pollText = `UPDATE "webhook" SET "heldUntil" = $1::timestamptz + make_interval(secs => $3)
  WHERE "webhookId" IN (
    SELECT w."webhookId" FROM "webhook" w JOIN "git_provider" p ON p."organizationId" = w."organizationId"
      AND p."gitProviderId" = w."gitProviderId" AND p."status" = 'active'
    WHERE w."pollDueAt" <= $1 AND NOT w."isUnwanted" AND (w."heldUntil" IS NULL OR w."heldUntil" <= $1)
      AND ${isAwakeSql("w")}
    ORDER BY w."pollDueAt" LIMIT $2 FOR UPDATE OF w SKIP LOCKED)
  RETURNING *`;

/** Take rows whose host is to be asked for changes, the longest due first. */
export async function claimPolls(most: number, now: Date): Promise<WebhookRow[]> {
  const { rows } = await pool().query<WebhookRow>(pollText, [now, most, leaseSeconds]);
  return rows;
}

const takeText = `UPDATE "webhook" SET "heldUntil" = $2::timestamptz + make_interval(secs => $3)
  WHERE "webhookId" = $1 AND ("heldUntil" IS NULL OR "heldUntil" <= $2) RETURNING *`;

/** Take one row. Null while another process has it, or when it is gone. */
export async function takeHook(webhookId: string, now: Date): Promise<WebhookRow | null> {
  const { rows } = await pool().query<WebhookRow>(takeText, [webhookId, now, leaseSeconds]);
  return rows[0] ?? null;
}

/**
 * Give a row back unless another process has taken it meanwhile.
 * @param until nobody is to take it before
 */
export async function releaseHook(row: WebhookRow, until: Date | null = null): Promise<void> {
  const text = `UPDATE "webhook" SET "heldUntil" = $3 WHERE "webhookId" = $1 AND "heldUntil" = $2`;
  await pool().query(text, [row.webhookId, row.heldUntil, until]);
}
