import { z } from "zod";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AuditEvent } from "@/features/audit/contract";
import { type AuditFilter, whereOf } from "@/features/audit/filter";
import { toAuditEvent } from "@/features/audit/public";
import { decodeCursor, encodeCursor } from "@/lib/cursor";

const Position = z.string().regex(/^\d{1,18}$/);

/** One page of the events that fit, newest first. @throws Fault `invalid_input` for a cursor of another question */
export async function readPage(
  caller: Caller,
  filter: AuditFilter,
  { cursor, limit }: { cursor?: string | null; limit: number },
): Promise<{ items: AuditEvent[]; nextCursor: string | null }> {
  const { actor, action, result, target, from, to, scope } = filter;
  const asked = [actor, action, result, target, from, to, scope].map((each) => each ?? null);
  const cursorScope = JSON.stringify([caller.organizationId, "audit", ...asked]);
  const where = await whereOf(caller, filter);
  const before = cursor ? { auditEventId: { lt: BigInt(decodeCursor(cursorScope, cursor, Position)) } } : {};
  const rows = await db().auditEvent.findMany({
    where: { AND: [where, before] },
    orderBy: { auditEventId: "desc" },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(toAuditEvent),
    nextCursor: last ? encodeCursor(cursorScope, String(last.auditEventId)) : null,
  };
}
