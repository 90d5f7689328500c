import { pool, transaction } from "@/db/client";
import { hashOf, noHash, noId } from "@/features/audit/chain";
import { log } from "@/lib/log";

/** Events that one seal covers at most. */
const batch = 1_000;
/** One process seals at a time. */
const sealLock = 5_179_003;

/** The newest event, and the next transaction id of the database. */
export interface Mark {
  lastId: bigint;
  nextTransaction: string;
}

/**
 * Mark the current end of the audit. Ids are assigned before a transaction commits, so an event with a lower id may
 * still appear: the mark is sealed only once every transaction that is open now has ended.
 */
export async function markAudit(): Promise<Mark | null> {
  const { rows } = await pool().query<{ id: string | null; next: string }>(
    `SELECT max("auditEventId")::text AS id, pg_snapshot_xmax(pg_current_snapshot())::text AS next FROM audit_event`,
  );
  const [row] = rows;
  return row?.id ? { lastId: BigInt(row.id), nextTransaction: row.next } : null;
}

async function isSettled({ nextTransaction }: Mark): Promise<boolean> {
  const { rows } = await pool().query<{ settled: boolean }>(
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 AS settled",
    [nextTransaction],
  );
  return rows[0]?.settled === true;
}

/**
 * Seal what is not sealed yet, up to the mark. The hash of each batch goes to the log as well, where whoever can
 * change the database cannot reach it.
 * @returns how many batches were sealed; none while a transaction of the mark's time is open
 */
export async function sealAudit(mark: Mark): Promise<number> {
  if (!(await isSettled(mark))) return 0;
  let sealed = 0;
  while (await sealNext(mark)) sealed++;
  return sealed;
}

function sealNext({ lastId: upTo }: Mark): Promise<boolean> {
  return transaction(async (tx) => {
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(${sealLock})::text`;
    const last = await tx.auditSeal.findFirst({ orderBy: { lastId: "desc" } });
    const previousId = last?.lastId ?? noId;
    const rows = await tx.auditEvent.findMany({
      where: { auditEventId: { gt: previousId, lte: upTo } },
      orderBy: { auditEventId: "asc" },
      take: batch,
    });
    const [first] = rows;
    const lastId = rows.at(-1)?.auditEventId;
    if (!first || lastId === undefined) return false;
    const previousHash = last?.hash ?? noHash;
    const hash = hashOf(previousHash, { previousId, lastId }, rows);
    const count = rows.length;
    await tx.auditSeal.create({ data: { firstId: first.auditEventId, lastId, count, previousHash, hash } });
    log.info({ lastId: String(lastId), count, hash }, "a batch of the audit was sealed");
    return true;
  });
}

let seen: Mark | null = null;

/** One round of the job: seal up to the mark of the previous round. */
export async function sealRound(): Promise<void> {
  if (seen) await sealAudit(seen);
  seen = await markAudit();
}
