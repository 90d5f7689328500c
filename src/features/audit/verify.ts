import { db } from "@/db/client";
import type { AuditEvent, AuditSeal } from "@/db/generated/client";
import { hashOf, noHash, noId } from "@/features/audit/chain";
import type { AuditVerdict, VerifyAudit } from "@/features/audit/contract";
import { bulkhead } from "@/lib/bulkhead";

const sealsAtOnce = 100;

/** Reading everything is expensive: one verification at a time in a process, and few may wait. */
const verifications = bulkhead({ atOnce: 1, waiting: 3, waitMs: 20_000, reason: "verify_busy" });

interface ChainPosition {
  /** Whose events are counted; null counts all. */
  organizationId: string | null;
  hash: string;
  lastId: bigint;
  batches: number;
  events: number;
  sealedTo: bigint | null;
  found: boolean;
}

/**
 * Recompute every hash of the whole chain, of all organizations. It ends at the first batch that is not as it was
 * sealed: an event changed, removed, added or put elsewhere, or a seal of its own. An organization must not learn
 * how active others are: only its own events, and the batches that hold some, are counted.
 * @param organizationId whose events are counted; null for those of the whole instance
 * @throws Fault `unavailable` reason `verify_busy` when several wait for the same
 */
export function verify(input: VerifyAudit, organizationId: string | null): Promise<AuditVerdict> {
  return verifications.run("audit", () => readChain(input, organizationId));
}

async function readChain({ knownHash }: VerifyAudit, organizationId: string | null): Promise<AuditVerdict> {
  const none = { batches: 0, events: 0, sealedTo: null, found: false };
  const position: ChainPosition = { organizationId, hash: noHash, lastId: noId, ...none };
  for await (const seal of seals()) {
    const rows = await rowsOf(seal, position);
    const why = flaw(seal, rows, position);
    if (why) return verdict(position, knownHash, badOf(seal, why));
    advance(position, seal, rows, knownHash);
  }
  return verdict(position, knownHash, null);
}

async function* seals(): AsyncGenerator<AuditSeal> {
  let after = noId;
  for (;;) {
    const page = await db().auditSeal.findMany({
      where: { lastId: { gt: after } },
      orderBy: { lastId: "asc" },
      take: sealsAtOnce,
    });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < sealsAtOnce) return;
    after = last.lastId;
  }
}

type Why = NonNullable<AuditVerdict["firstBad"]>["why"];

function rowsOf({ lastId, count }: AuditSeal, { lastId: previousId }: ChainPosition): Promise<AuditEvent[]> {
  const where = { auditEventId: { gt: previousId, lte: lastId } };
  // One row more than expected is enough to see that there are too many.
  return db().auditEvent.findMany({ where, orderBy: { auditEventId: "asc" }, take: count + 1 });
}

function flaw(seal: AuditSeal, rows: AuditEvent[], { hash, lastId: previousId }: ChainPosition): Why | null {
  const { lastId, count } = seal;
  if (seal.previousHash !== hash) return "link_broken";
  if (hashOf(hash, { previousId, lastId }, rows) !== seal.hash) return "events_changed";
  return rows.length === count && rows[0]?.auditEventId === seal.firstId ? null : "events_changed";
}

function advance(
  position: ChainPosition,
  { hash, lastId }: AuditSeal,
  rows: AuditEvent[],
  knownHash?: string,
): void {
  const { organizationId } = position;
  const counted = organizationId ? rows.filter((row) => row.organizationId === organizationId) : rows;
  position.hash = hash;
  position.lastId = lastId;
  position.batches += counted.length > 0 ? 1 : 0;
  position.events += counted.length;
  position.sealedTo = counted.at(-1)?.auditEventId ?? position.sealedTo;
  if (hash === knownHash) position.found = true;
}

function badOf({ auditSealId, firstId, lastId }: AuditSeal, why: Why): AuditVerdict["firstBad"] {
  return { auditSealId, firstId: String(firstId), lastId: String(lastId), why };
}

/** A known hash that the chain no longer has means that its end was cut off, or was rebuilt. */
function verdict(
  position: ChainPosition,
  knownHash: string | undefined,
  firstBad: AuditVerdict["firstBad"],
): AuditVerdict {
  const knownHashFound = knownHash === undefined ? null : position.found;
  const { batches, events, sealedTo, hash } = position;
  return {
    ok: firstBad === null && knownHashFound !== false,
    batches,
    events,
    sealedTo: sealedTo === null ? null : String(sealedTo),
    headHash: hash === noHash ? null : hash,
    firstBad,
    knownHashFound,
  };
}
