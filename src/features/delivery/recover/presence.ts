import { pool } from "@/db/client";

/** While a database is away for less than this, what arrives is kept on the disk. */
const bridgedMs = 60_000;
/** At a start: longer than the pause between two marks, so that no other process was there to receive. */
export const startGapMs = 6_000;

const markText = `WITH earlier AS (SELECT "seenAt" FROM "presence" WHERE "presenceId" = 'receiving')
  INSERT INTO "presence" ("presenceId", "seenAt") VALUES ('receiving', $1)
  ON CONFLICT ("presenceId") DO UPDATE SET "seenAt" = GREATEST("presence"."seenAt", EXCLUDED."seenAt")
  RETURNING (SELECT "seenAt" FROM earlier) AS "earlier"`;

const missedText = `UPDATE "webhook" SET "missedSince" = LEAST("missedSince", $1)
  WHERE NOT "isUnwanted" AND "mode" <> 'polling' AND "createdAt" < $2`;

/**
 * Mark that this instance is able to take deliveries in. After a gap, what hosts tried to deliver meanwhile is to be
 * fetched.
 * @param longestMs a gap up to here has lost nothing
 * @returns since when nothing could arrive; null: nothing was missed
 */
export async function markPresent(now: Date, longestMs = bridgedMs): Promise<Date | null> {
  const { rows } = await pool().query<{ earlier: Date | null }>(markText, [now]);
  const earlier = rows[0]?.earlier ?? null;
  if (!earlier || now.getTime() - earlier.getTime() <= longestMs) return null;
  await pool().query(missedText, [earlier, now]);
  return earlier;
}
