import { db } from "@/db/client";
import { readDeliveryLog } from "@/features/delivery/recover/delivery-log";
import { logSourceOf } from "@/features/delivery/recover/log-source";
import { lookAtRepository } from "@/features/delivery/recover/look";
import type { Opened } from "@/features/git-provider/client/open";
import { yieldsUntil } from "@/features/git-provider/health/rate-limit";
import { claimMissed, releaseHook } from "@/features/webhook/claim";
import { openHookProvider } from "@/features/webhook/open-provider";
import type { WebhookRow } from "@/features/webhook/row";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";

const most = 20;
const retryMs = 60_000;
/** Calls of the hour are used up, or the log was not read to its end. */
const restMs = 5 * 60_000;
const dayMs = 24 * 3_600_000;

/**
 * Fetch what hosts could not deliver: while this instance or its database was away, and what had to be refused.
 * @returns how many hooks were looked at
 */
export async function recoverMissed(now = new Date()): Promise<number> {
  let done = 0;
  const rows = await claimMissed(most, now);
  for (const row of rows) {
    if (await recoverQuietly(row, now)) done++;
  }
  return done;
}

/** Never throws: one host that is away must not hold up the others. */
async function recoverQuietly(row: WebhookRow, now: Date): Promise<boolean> {
  try {
    const rest = await recover(row, now);
    await releaseHook(row, rest);
    return rest === null;
  } catch (error) {
    const { code } = asFault(error).reason;
    log.warn({ webhookId: row.webhookId, code }, "missed deliveries could not be fetched yet");
    await releaseHook(row, new Date(now.getTime() + retryMs));
    return false;
  }
}

/** @returns until when to rest before going on; null: all is fetched */
async function recover(row: WebhookRow, now: Date): Promise<Date | null> {
  // Another hook of the same App has fetched it in this round.
  const { organizationId, webhookId } = row;
  const current = await db().webhook.findFirst({ where: { organizationId, webhookId } });
  if (!current || !needsRecovery(current)) return null;
  const opened = await openHookProvider(row);
  const yields = yieldsUntil(opened.row, now);
  if (yields) return yields;
  const source = await logSourceOf(opened, row);
  const reading = source && (await readDeliveryLog(source, sinceOf(current), now));
  if (reading?.reach === "paused") return new Date(now.getTime() + restMs);
  const rows = source?.row === null ? await rowsOfApp(current) : [current];
  if (reading?.reach !== "whole") for (const each of rows) await compare(opened, each, now);
  await markRecovered(rows, current.missedSince, now);
  return null;
}

/** The log of an App is that of all its repositories. */
async function rowsOfApp({ organizationId, gitProviderId }: WebhookRow): Promise<WebhookRow[]> {
  return db().webhook.findMany({ where: { organizationId, gitProviderId, isUnwanted: false } });
}

/** A hook that was just made has missed nothing yet: its first look says what later ones are compared with. */
async function compare(opened: Opened, row: WebhookRow, now: Date): Promise<void> {
  const missed = row.recoveredAt !== null || !isFirstLook(row);
  await lookAtRepository(opened, row, { missed, now });
}

function needsRecovery({ missedSince, refusedAt, recoveredAt, createdAt }: WebhookRow): boolean {
  return missedSince !== null || (refusedAt !== null && refusedAt > (recoveredAt ?? createdAt));
}

function isFirstLook({ missedSince, createdAt, refusedAt }: WebhookRow): boolean {
  return refusedAt === null && missedSince !== null && missedSince <= createdAt;
}

/** The first refusal is not known, only the last one: a day before it is looked at, or back to the last time. */
function sinceOf({ missedSince, refusedAt, recoveredAt, createdAt }: WebhookRow): Date {
  const done = recoveredAt ?? createdAt;
  const isRefused = refusedAt !== null && refusedAt > done;
  const times = [
    ...(missedSince ? [missedSince.getTime()] : []),
    ...(isRefused ? [Math.max(done.getTime(), refusedAt.getTime() - dayMs)] : []),
  ];
  return new Date(Math.min(...times));
}

/** What was missed since this began stays to be fetched. */
async function markRecovered(rows: WebhookRow[], missedSince: Date | null, now: Date): Promise<void> {
  const [{ organizationId } = { organizationId: "" }] = rows;
  const where = { organizationId, webhookId: { in: rows.map(({ webhookId }) => webhookId) } };
  // After failures a host may have stopped sending: the hook is checked at once.
  await db().webhook.updateMany({ where, data: { recoveredAt: now, checkDueAt: now } });
  await db().webhook.updateMany({
    where: { ...where, missedSince: { gte: missedSince ?? now, lte: now } },
    data: { missedSince: null },
  });
}
