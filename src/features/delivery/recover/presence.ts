import { pool } from "@/db/client";
import { newId } from "@/lib/id";

/** While a database is away for less than this, what arrives is kept on the disk. */
const bridgedMs = 60_000;
/** Longer than the pause between two marks: a process that was not seen for so long is gone. */
const goneMs = 6_000;
/** Rows of processes that ended are kept for a while, since the newest of them tells when receiving stopped. */
const keptMs = 24 * 3_600_000;

const latestText = `SELECT max("seenAt") AS "latest" FROM "presence"`;

const markText = `WITH earlier AS (SELECT "seenAt" FROM "presence" WHERE "presenceId" = $1),
    gone AS (DELETE FROM "presence" WHERE "seenAt" < $3 AND "presenceId" <> $1)
  INSERT INTO "presence" ("presenceId", "seenAt") VALUES ($1, $2)
  ON CONFLICT ("presenceId") DO UPDATE SET "seenAt" = GREATEST("presence"."seenAt", EXCLUDED."seenAt")
  RETURNING (SELECT "seenAt" FROM earlier) AS "earlier"`;

const missedText = `UPDATE "webhook" SET "missedSince" = LEAST("missedSince", $1)
  WHERE NOT "isUnwanted" AND "mode" <> 'polling' AND "createdAt" < $2`;

/** Shows in the database that this process is able to take deliveries in, in a row of its own. */
export class Presence {
  private readonly presenceId = `receiving:${newId()}`;
  private startedAt: Date | null = null;
  private hasJoined = false;

  /**
   * Mark that this process receives. After a gap, what hosts tried to deliver meanwhile is to be fetched.
   * @returns since when nothing could arrive; null: nothing was missed, or it is not known yet
   */
  async mark(now: Date): Promise<Date | null> {
    if (!this.hasJoined) return this.join(now);
    const earlier = await this.write(now);
    if (!earlier || now.getTime() - earlier.getTime() <= bridgedMs) return null;
    return missed(earlier, now);
  }

  /**
   * A row of another process may be of one that receives, or of one that ended a moment ago: the former is marked
   * again soon. Until that is known no row is written, so that a process that ends before leaves the question open.
   */
  private async join(now: Date): Promise<Date | null> {
    this.startedAt ??= now;
    const { rows } = await pool().query<{ latest: Date | null }>(latestText);
    const latest = rows[0]?.latest ?? null;
    const isAnotherThere = latest !== null && latest > this.startedAt;
    const isGone = latest !== null && now.getTime() - latest.getTime() > goneMs;
    if (latest !== null && !isAnotherThere && !isGone) return null;
    // Before the own row hides the gap.
    const since = latest !== null && !isAnotherThere ? await missed(latest, this.startedAt) : null;
    await this.write(now);
    this.hasJoined = true;
    return since;
  }

  /** Mark the end exactly: what is sent from now on is missed. */
  async leave(now: Date): Promise<void> {
    if (this.hasJoined) await this.write(now);
  }

  /** @returns when it was marked before */
  private async write(now: Date): Promise<Date | null> {
    const values = [this.presenceId, now, new Date(now.getTime() - keptMs)];
    const { rows } = await pool().query<{ earlier: Date | null }>(markText, values);
    return rows[0]?.earlier ?? null;
  }
}

async function missed(since: Date, until: Date): Promise<Date> {
  await pool().query(missedText, [since, until]);
  return since;
}
