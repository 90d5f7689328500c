import { db } from "@/db/client";
import type { AuditSeal } from "@/db/generated/client";
import { hashOf, noHash, noId } from "@/features/audit/chain";
import type { AuditVerdict, VerifyAudit } from "@/features/audit/contract";
import { bulkhead } from "@/lib/bulkhead";

const sealsAtOnce = 100;

/** To read everything is dear: one walk at a time in a process, and few may wait. */
const walks = bulkhead({ atOnce: 1, waiting: 3, waitMs: 20_000, reason: "verify_busy" });

interface Walk {
  hash: string;
  lastId: bigint;
  batches: number;
  events: number;
  found: boolean;
}

/**
 * Go over the whole chain, of all organizations, and compute every hash again. It ends at the first batch that is
 * not as it was sealed: an event changed, removed, added or put elsewhere, or a seal of its own.
 * @throws Fault `unavailable` reason `verify_busy` when several wait for the same
 */
export function verify(input: VerifyAudit): Promise<AuditVerdict> {
  return walks.run("audit", () => walked(input));
}

async function walked({ knownHash }: VerifyAudit): Promise<AuditVerdict> {
  const walk: Walk = { hash: noHash, lastId: noId, batches: 0, events: 0, found: false };
  for await (const seal of seals()) {
    const why = await flaw(seal, walk);
    if (why) return verdict(walk, knownHash, badOf(seal, why));
    advance(walk, seal, knownHash);
  }
  return verdict(walk, knownHash, null);
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

async function flaw(seal: AuditSeal, { hash, lastId: previousId }: Walk): Promise<Why | null> {
  const { lastId, count } = seal;
  if (seal.previousHash !== hash) return "link_broken";
  const where = { auditEventId: { gt: previousId, lte: lastId } };
  // One more than there should be is enough to see that there are too many.
  const rows = await db().auditEvent.findMany({ where, orderBy: { auditEventId: "asc" }, take: count + 1 });
  if (hashOf(hash, { previousId, lastId }, rows) !== seal.hash) return "events_changed";
  return rows.length === count && rows[0]?.auditEventId === seal.firstId ? null : "events_changed";
}

function advance(walk: Walk, { hash, lastId, count }: AuditSeal, knownHash: string | undefined): void {
  walk.hash = hash;
  walk.lastId = lastId;
  walk.batches += 1;
  walk.events += count;
  if (hash === knownHash) walk.found = true;
}

function badOf({ auditSealId, firstId, lastId }: AuditSeal, why: Why): AuditVerdict["firstBad"] {
  return { auditSealId, firstId: String(firstId), lastId: String(lastId), why };
}

/** A known hash that the chain no longer has means that its end was cut off, or made anew. */
function verdict(
  walk: Walk,
  knownHash: string | undefined,
  firstBad: AuditVerdict["firstBad"],
): AuditVerdict {
  const knownHashFound = knownHash === undefined ? null : walk.found;
  const { batches, events } = walk;
  return {
    ok: firstBad === null && knownHashFound !== false,
    batches,
    events,
    sealedTo: batches > 0 ? String(walk.lastId) : null,
    headHash: batches > 0 ? walk.hash : null,
    firstBad,
    knownHashFound,
  };
}
