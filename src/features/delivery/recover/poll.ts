import { db } from "@/db/client";
import { callsPerHour } from "@/features/delivery/recover/call-budget";
import { type LogSource, readDeliveryLog } from "@/features/delivery/recover/delivery-log";
import { logSourceOf } from "@/features/delivery/recover/log-source";
import { lookAtRepository } from "@/features/delivery/recover/look";
import { pollStateOf } from "@/features/delivery/recover/poll-state";
import { yieldsUntil } from "@/features/git-provider/health/rate-limit";
import { appEventsMissing } from "@/features/webhook/app-hook";
import { claimPolls, releaseHook } from "@/features/webhook/claim";
import { openHookProvider } from "@/features/webhook/open-provider";
import type { WebhookRow } from "@/features/webhook/row";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";
import { inParallel } from "@/lib/map-concurrently";

const most = 20;
const atOnce = 4;
const shortestMs = 60_000;
const longestMs = 15 * 60_000;
/** After a failure of the host. */
const failureMs = 5 * 60_000;
/** Calls that one look takes, about. */
const callsPerLook = 2;
const hourMs = 3_600_000;

/**
 * Ask hosts for changes of the repositories that no hook tells of.
 * @returns how many were asked about
 */
export async function pollDue(now = new Date()): Promise<number> {
  const rows = await claimPolls(most, now);
  await inParallel(rows, atOnce, (row) => pollQuietly(row, now));
  return rows.length;
}

/** Never throws: the next look comes later. */
async function pollQuietly(row: WebhookRow, now: Date): Promise<void> {
  try {
    await poll(row, now);
  } catch (error) {
    const { code } = asFault(error).reason;
    log.warn({ webhookId: row.webhookId, code }, "a repository could not be asked for changes");
    await planPoll(row, new Date(now.getTime() + failureMs));
  } finally {
    await releaseHook(row);
  }
}

async function poll(row: WebhookRow, now: Date): Promise<void> {
  if (hooksArrive(row)) return stopPolling(row, now);
  const opened = await openHookProvider(row);
  const yields = yieldsUntil(opened.row, now);
  if (yields) return planPoll(row, yields);
  const source = await logSourceOf(opened, row);
  if (source?.row === null) return pollLogOfApp(source, row, now);
  const found = await lookAtRepository(opened, row, { missed: false, now });
  const unchanged = found > 0 ? 0 : (pollStateOf(row)?.unchanged ?? 0) + 1;
  await planPoll(row, new Date(now.getTime() + Math.max(pauseOf(unchanged), await fairPause(row))));
}

/** Every minute while something happens, then half as often again each time, up to a quarter of an hour. */
export function pauseOf(unchanged: number): number {
  return Math.min(longestMs, shortestMs * 1.5 ** Math.max(0, unchanged - 1));
}

/** All polled repositories of one provider share the calls that looking may take. */
async function fairPause({ organizationId, gitProviderId }: WebhookRow): Promise<number> {
  const where = { organizationId, gitProviderId, pollDueAt: { not: null } };
  const count = await db().webhook.count({ where });
  return (count * callsPerLook * hourMs) / callsPerHour;
}

/** A delivery that came since the last look proves that hooks arrive. Events that an App lacks still do not. */
function hooksArrive(row: WebhookRow): boolean {
  const { mode, lastDeliveryAt, reasonCode } = row;
  if (mode === "polling" || lastDeliveryAt === null || reasonCode === appEventsMissing) return false;
  const lookedAt = pollStateOf(row)?.lookedAt;
  return lookedAt ? lastDeliveryAt > new Date(lookedAt) : mode === "manual";
}

async function stopPolling({ organizationId, webhookId }: WebhookRow, now: Date): Promise<void> {
  const data = { pollDueAt: null, checkDueAt: now };
  await db().webhook.updateMany({ where: { organizationId, webhookId }, data });
}

async function planPoll({ organizationId, webhookId }: WebhookRow, pollDueAt: Date): Promise<void> {
  await db().webhook.updateMany({
    where: { organizationId, webhookId, pollDueAt: { not: null } },
    data: { pollDueAt },
  });
}

/** The log of an App is that of all its repositories: what its hook cannot deliver is taken from there. */
async function pollLogOfApp(source: LogSource, row: WebhookRow, now: Date): Promise<void> {
  const { reach } = await readDeliveryLog(source, row.recoveredAt ?? row.createdAt, now);
  const { organizationId, gitProviderId } = row;
  // What is older than the log can only be seen in what the repositories have now.
  if (reach === "short") {
    const rows = await db().webhook.findMany({ where: { organizationId, gitProviderId, isUnwanted: false } });
    for (const each of rows) await lookAtRepository(source.opened, each, { missed: true, now });
  }
  const isWhole = reach !== "paused";
  const pollDueAt = new Date(now.getTime() + (isWhole ? shortestMs : failureMs));
  await db().webhook.updateMany({
    where: { organizationId, gitProviderId, pollDueAt: { not: null } },
    data: { pollDueAt, ...(isWhole && { recoveredAt: now }) },
  });
}
