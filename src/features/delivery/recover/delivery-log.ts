import { db, transaction } from "@/db/client";
import { safeHeaders } from "@/features/delivery/receive/headers";
import { takeIn } from "@/features/delivery/receive/insert";
import { takeCall } from "@/features/delivery/recover/call-budget";
import type { Opened } from "@/features/git-provider/client/open";
import { repositoryKeyOf, type WebhookRow } from "@/features/webhook/row";
import { inParallel } from "@/lib/map-concurrently";
import { verifiedOnReceipt } from "@/providers/kit/webhook-signature";
import type { DeliveryLogPort, LoggedDelivery } from "@/providers/reporting";
import type { Webhooks } from "@/providers/webhook";

const pageSize = 100;
const atOnce = 6;
/** Clocks differ, and a host writes a delivery down when it began to try. */
const marginMs = 5 * 60_000;
const hourMs = 3_600_000;

/** A log of deliveries, and which of them concern us. */
export interface LogSource {
  opened: Opened;
  log: DeliveryLogPort;
  webhooks: Webhooks;
  /** The repository whose hook it is of; null for the one hook of an App. */
  row: WebhookRow | null;
  /** As deliveries that arrive name where they did: the webhook's id, or that of the App's row. */
  sourceId: string;
  /** Ids of the repositories that events are needed of. */
  repositoryIds: ReadonlySet<string>;
}

export interface LogReading {
  /** Deliveries that were taken in. */
  taken: number;
  /** `paused`: the calls of this hour are used up. `short`: the host does not keep its log for that long. */
  reach: "whole" | "paused" | "short";
}

/**
 * Take in what a host tried to deliver since then and could not, as if it had arrived. Attempts of one event count as
 * one, and what did arrive is left out, so reading the same part of the log again takes nothing in twice.
 */
export async function readDeliveryLog(source: LogSource, since: Date, now: Date): Promise<LogReading> {
  const { opened, log, row } = source;
  const oldest = since.getTime() - marginMs;
  const delivered = new Set<string>();
  let taken = 0;
  let cursor: string | undefined;
  for (;;) {
    if (!(await takeCall(opened.row.gitProviderId, now))) return { taken, reach: "paused" };
    const page = await log.list(row && repositoryKeyOf(row), row?.hostHookId ?? null, {
      limit: pageSize,
      ...(cursor && { cursor }),
    });
    const attempts = page.items.filter(({ at }) => timeOf(at, oldest) >= oldest);
    // Page by page: some hosts tell the payloads with the list, and forget them with the next page.
    const wanted = await missing(source, attempts, delivered);
    const { count, isPaused } = await takeAll(source, wanted, now);
    taken += count;
    if (isPaused) return { taken, reach: "paused" };
    const last = page.items.at(-1);
    const isCut = Boolean(page.wholeSince) && timeOf(page.wholeSince ?? null, oldest) > oldest;
    if (last && timeOf(last.at, oldest) < oldest) return { taken, reach: isCut ? "short" : "whole" };
    const isKept = oldest >= now.getTime() - log.keptHours * hourMs;
    if (!page.nextCursor) return { taken, reach: isKept && !isCut ? "whole" : "short" };
    cursor = page.nextCursor;
  }
}

async function takeAll(source: LogSource, attempts: LoggedDelivery[], now: Date) {
  const done = { count: 0, isPaused: false };
  await inParallel(attempts, atOnce, async (attempt) => {
    if (done.isPaused || !(await takeCall(source.opened.row.gitProviderId, now))) {
      done.isPaused = true;
      return;
    }
    if (await takeAttempt(source, attempt)) done.count++;
  });
  return done;
}

/** An attempt whose time the host does not tell may be a new one. */
function timeOf(at: string | null, oldest: number): number {
  return at === null ? oldest : Date.parse(at);
}

/**
 * One attempt of each event that concerns us and never arrived. The list begins with the newest, so an attempt that
 * arrived at last was seen before those that did not.
 */
async function missing(
  source: LogSource,
  attempts: LoggedDelivery[],
  delivered: Set<string>,
): Promise<LoggedDelivery[]> {
  for (const { deliveryId, isDelivered } of attempts) if (isDelivered) delivered.add(deliveryId);
  const wanted = new Map<string, LoggedDelivery>();
  for (const attempt of attempts)
    if (!delivered.has(attempt.deliveryId) && concerns(source, attempt))
      wanted.set(attempt.deliveryId, attempt);
  const { sourceId } = source;
  const known = await db().deliveryReceipt.findMany({
    where: { sourceId, hostDeliveryId: { in: [...wanted.keys()] } },
    select: { hostDeliveryId: true },
  });
  for (const { hostDeliveryId } of known) wanted.delete(hostDeliveryId);
  // Oldest first, as they would have arrived.
  return [...wanted.values()].toReversed();
}

/** What is about no repository is about the App itself: an installation that was changed. */
function concerns(
  { row, webhooks, repositoryIds }: LogSource,
  { event, repositoryId }: LoggedDelivery,
): boolean {
  if (repositoryId !== null && !repositoryIds.has(repositoryId)) return false;
  const events = Object.values(webhooks.events).flat();
  return row !== null || repositoryId === null || events.includes(event);
}

async function takeAttempt(source: LogSource, attempt: LoggedDelivery): Promise<boolean> {
  const { opened, log, webhooks, row, sourceId } = source;
  const kept = await log.get(row && repositoryKeyOf(row), row?.hostHookId ?? null, attempt.id);
  if (!kept) return false;
  const { organizationId, gitProviderId } = opened.row;
  const headers = safeHeaders(kept.headers);
  const hostDeliveryId = webhooks.deliveryId(verifiedOnReceipt({ body: kept.raw, headers }));
  const delivery = { organizationId, gitProviderId, sourceId, hostDeliveryId, headers, body: kept.raw };
  const { isNew } = await transaction((tx) => takeIn(tx, { ...delivery, source: "log" }));
  return isNew;
}
