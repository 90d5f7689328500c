import { pool } from "@/db/client";
import type { Recipient } from "@/features/delivery/receive/recipients";
import { described } from "@/lib/described";
import { log } from "@/lib/log";
import { processGlobal } from "@/lib/process-global";

interface Counts {
  source: Recipient["source"];
  gitProviderId: string;
  /** The last one that was taken in. */
  arrivedAt: Date | null;
  /** Signed correctly, and there was no room for them. */
  refused: number;
  refusedAt: Date | null;
  /** With a wrong signature. */
  rejected: number;
  rejectedAt: Date | null;
}

/** Counts of webhooks, added up here so that no delivery costs a write of its own. */
const held = processGlobal("deliveryTally", () => new Map<string, Counts>());

export function countArrived(recipient: Recipient, at = new Date()): void {
  countsOf(recipient).arrivedAt = at;
}

export function countRefused(recipient: Recipient, at = new Date()): void {
  const counts = countsOf(recipient);
  counts.refused += 1;
  counts.refusedAt = at;
}

export function countRejected(recipient: Recipient, at = new Date()): void {
  const counts = countsOf(recipient);
  counts.rejected += 1;
  counts.rejectedAt = at;
}

function countsOf({ sourceId, source, gitProviderId }: Recipient): Counts {
  const known = held.value.get(sourceId);
  if (known) return known;
  const none = { refused: 0, refusedAt: null, rejected: 0, rejectedAt: null };
  const counts = { source, gitProviderId, arrivedAt: null, ...none };
  held.value.set(sourceId, counts);
  return counts;
}

/** The hook of an App serves all repositories of its provider, so that what happens to it happens to each of them. */
const write = `UPDATE "webhook" w SET
    "lastDeliveryAt" = GREATEST(w."lastDeliveryAt", c."arrivedAt"),
    "refusedCount" = w."refusedCount" + c.refused, "refusedAt" = GREATEST(w."refusedAt", c."refusedAt"),
    "rejectedCount" = w."rejectedCount" + c.rejected, "rejectedAt" = GREATEST(w."rejectedAt", c."rejectedAt")
  FROM jsonb_to_recordset($1::text::jsonb) AS c("sourceId" text, source text, "gitProviderId" text,
    "arrivedAt" timestamptz, refused int, "refusedAt" timestamptz, rejected int, "rejectedAt" timestamptz)
  WHERE w."webhookId" = CASE c.source WHEN 'hook' THEN c."sourceId" ELSE w."webhookId" END
    AND w."gitProviderId" = c."gitProviderId" AND (w.mode = 'app') = (c.source = 'app')`;

/** Write down what was counted. While the database is away the counts stay here. */
export async function writeTally(): Promise<void> {
  const counted = held.value;
  if (counted.size === 0) return;
  held.value = new Map();
  const list = [...counted].map(([sourceId, counts]) => ({ sourceId, ...counts }));
  try {
    await pool().query(write, [JSON.stringify(list)]);
  } catch (error) {
    log.debug(described(error), "the counts of webhooks are written later");
    for (const [sourceId, counts] of counted) add(sourceId, counts);
  }
}

function add(sourceId: string, earlier: Counts): void {
  const now = held.value.get(sourceId);
  if (!now) return void held.value.set(sourceId, earlier);
  now.refused += earlier.refused;
  now.refusedAt ??= earlier.refusedAt;
  now.rejected += earlier.rejected;
  now.rejectedAt ??= earlier.rejectedAt;
  now.arrivedAt ??= earlier.arrivedAt;
}
