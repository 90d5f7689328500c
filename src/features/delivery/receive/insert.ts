import type { Db } from "@/db/client";
import type { Delivery } from "@/features/delivery/contract";
import { deliveryJob } from "@/features/delivery/receive/job";
import { newId } from "@/lib/id";
import { enqueueMany, prismaStatements, type Statements } from "@/queue/enqueue";

/** What arrived, was verified, and is to be worked. */
export interface NewDelivery {
  organizationId: string;
  gitProviderId: string;
  /** Where it arrived: the id of the webhook, or of the GitHub App's row. */
  sourceId: string;
  source: Delivery["source"];
  /** The host's id of the event; the same id from the same source is worked once. */
  hostDeliveryId: string;
  /** See `safeHeaders`. */
  headers: Record<string, string>;
  /** The bytes as they were sent. */
  body: Uint8Array;
  /** A new one unless given. */
  deliveryId?: string;
  /** Now unless given. */
  receivedAt?: Date;
  /** For a replay: of which delivery. A replay is always worked. */
  replayOfId?: string;
}

/** With the id and the time it has in the database, whenever it gets there. */
export type CompleteDelivery = NewDelivery & { deliveryId: string; receivedAt: Date };

export function complete(given: NewDelivery): CompleteDelivery {
  const { deliveryId = newId(), receivedAt = new Date() } = given;
  return { ...given, deliveryId, receivedAt };
}

/** What became of a delivery that was taken in. */
export interface TakenIn {
  deliveryId: string;
  receivedAt: Date;
  /** It is worked. Otherwise it was taken in before, and what came of that counts. */
  isNew: boolean;
}

/**
 * Take a delivery in: its row, the receipt that lets it be worked once, and the job that works it, all in the caller's
 * transaction. One that was taken in before is worked again only when that failed. A duplicate that a host sent has a
 * row of its own, so that people find it in the inbox; one that was found in a log or by looking leaves none. To take
 * in the very same row again changes nothing.
 */
export async function takeIn(tx: Db, given: NewDelivery): Promise<TakenIn> {
  const [taken] = await takeInMany(await prismaStatements(tx), [given]);
  if (!taken) throw new Error("a delivery was given and none was taken in");
  return taken;
}

interface Row {
  deliveryId: string;
  isNew: boolean;
}

/** The same for many, in two statements. @returns one for each of the given ones, in their order */
export async function takeInMany(tx: Statements, given: readonly NewDelivery[]): Promise<TakenIn[]> {
  const list = given.map(complete);
  const { rows } = await tx.executeSql(insertSql, [
    recordsOf(list),
    Buffer.concat(list.map(({ body }) => body)),
  ]);
  const fresh = new Set((rows as Row[]).filter(({ isNew }) => isNew).map(({ deliveryId }) => deliveryId));
  const taken = list.map(({ deliveryId, receivedAt }) => ({
    deliveryId,
    receivedAt,
    isNew: fresh.has(deliveryId),
  }));
  await enqueueMany(
    tx,
    deliveryJob,
    taken.filter(({ isNew }) => isNew),
  );
  return taken;
}

/** The rows without their bodies, which travel as one run of bytes: in JSON they would be a third larger. */
function recordsOf(list: readonly CompleteDelivery[]): string {
  let end = 0;
  return JSON.stringify(
    list.map(({ body, ...row }) => {
      const start = end + 1; // SQL counts from 1
      end += body.byteLength;
      return { ...row, start, length: body.byteLength };
    }),
  );
}

/** The earlier delivery of a receipt has failed on our side. */
const hasFailed = `EXISTS (SELECT 1 FROM webhook_delivery AS earlier
  WHERE earlier."receivedAt" = delivery_receipt."receivedAt" AND earlier."deliveryId" = delivery_receipt."deliveryId"
    AND earlier.decision = 'failed')`;

/**
 * Receipts are written in the order of their keys, so that two transactions with the same ones cannot lock each other
 * out. A receipt that was there is touched, since only then PostgreSQL returns it: also one that another transaction
 * has written after this statement began.
 */
const insertSql = `
WITH given AS (
  SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS one(
    "deliveryId" text, "receivedAt" timestamptz(3), "organizationId" text, "gitProviderId" text, "sourceId" text,
    "source" text, "hostDeliveryId" text, "headers" jsonb, "replayOfId" text, "start" int, "length" int)
), receipt AS (
  INSERT INTO delivery_receipt ("sourceId", "hostDeliveryId", "deliveryId", "receivedAt")
  SELECT DISTINCT ON ("sourceId", "hostDeliveryId") "sourceId", "hostDeliveryId", "deliveryId", "receivedAt"
  FROM given WHERE source <> 'replay'
  ORDER BY "sourceId", "hostDeliveryId", "receivedAt", "deliveryId"
  ON CONFLICT ("sourceId", "hostDeliveryId") DO UPDATE SET
    "deliveryId" = CASE WHEN ${hasFailed} THEN excluded."deliveryId" ELSE delivery_receipt."deliveryId" END,
    "receivedAt" = CASE WHEN ${hasFailed} THEN excluded."receivedAt" ELSE delivery_receipt."receivedAt" END
  RETURNING "sourceId", "hostDeliveryId", "deliveryId", "receivedAt"
), judged AS (
  SELECT given.*, receipt."deliveryId" AS "firstId", receipt."receivedAt" AS "firstAt",
    COALESCE(receipt."deliveryId" = given."deliveryId", true) AS "isNew"
  FROM given LEFT JOIN receipt ON given.source <> 'replay'
    AND receipt."sourceId" = given."sourceId" AND receipt."hostDeliveryId" = given."hostDeliveryId"
)
INSERT INTO webhook_delivery ("deliveryId", "receivedAt", "organizationId", "gitProviderId", "sourceId", "source",
  "hostDeliveryId", headers, body, "replayOfId", event, "repositoryId", "repositoryFullName", ref, sha, "pullRequest",
  decision, "reasonCode", "reasonParams", "decidedAt")
SELECT judged."deliveryId", judged."receivedAt", judged."organizationId", judged."gitProviderId", judged."sourceId",
  judged."source", judged."hostDeliveryId", judged.headers, substring($2::bytea FROM judged.start FOR judged.length),
  judged."replayOfId", earlier.event, earlier."repositoryId", earlier."repositoryFullName", earlier.ref, earlier.sha,
  earlier."pullRequest",
  CASE WHEN NOT "isNew" THEN 'coalesced' END,
  CASE WHEN NOT "isNew" THEN 'hook_duplicate' END,
  CASE WHEN NOT "isNew" THEN jsonb_build_object('deliveryId', "firstId") END,
  CASE WHEN NOT "isNew" THEN now() END
FROM judged LEFT JOIN LATERAL (
  SELECT * FROM webhook_delivery AS one
  WHERE NOT "isNew" AND one."receivedAt" = "firstAt" AND one."deliveryId" = "firstId" LIMIT 1
) AS earlier ON true
WHERE "isNew" OR judged.source IN ('hook', 'app')
ORDER BY judged.start
ON CONFLICT ("receivedAt", "deliveryId") DO NOTHING
RETURNING "deliveryId", decision IS NULL AS "isNew"`;
