import { pool } from "@/db/client";
import { careFor } from "@/features/webhook/care";
import { claimDue, releaseHook } from "@/features/webhook/claim";
import { isAwakeSql } from "@/features/webhook/restored";
import type { WebhookRow } from "@/features/webhook/row";
import { env } from "@/lib/env";
import { inParallel } from "@/lib/map-concurrently";

const atOnce = 4;
const most = 20;

/**
 * Look after the hooks whose check is due, a few at once. However many processes call this, each hook is in the hands of
 * one.
 * @returns how many were looked at
 */
export async function careForDueHooks(now = new Date()): Promise<number> {
  const rows = await claimDue(most, now);
  await inParallel(rows, atOnce, (row) => careAndRelease(row, now));
  return rows.length;
}

async function careAndRelease(row: WebhookRow, now: Date): Promise<void> {
  try {
    await careFor(row, { now });
  } finally {
    await releaseHook(row);
  }
}

const changedText = `UPDATE "webhook" SET "checkDueAt" = $2, "failures" = 0, "state" = 'broken',
    "reasonCode" = 'webhook_address_changed',
    "reasonParams" = jsonb_build_object('from', "url",
      'to', $1 || substring("url" from '^[a-z]+://[^/]+(/.*)$'), 'since', $3::text)
  WHERE "url" <> '' AND NOT starts_with("url", $1 || '/') AND NOT "isUnwanted" AND ${isAwakeSql('"webhook"')}
    AND ("mode" IN ('hook', 'app') OR ("mode" = 'manual' AND "reasonCode" IS DISTINCT FROM 'webhook_address_changed'))`;

/**
 * SLIPWAY_URL was changed: every hook that holds the former address is due, and says so until it is rewritten. Called
 * when a process starts to work.
 * @returns how many hold another address
 */
export async function noticeAddressChange(now = new Date()): Promise<number> {
  const { rowCount } = await pool().query(changedText, [env().url, now, now.toISOString()]);
  return rowCount ?? 0;
}
