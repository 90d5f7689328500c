import type { Origin } from "@/access/caller";
import { type Db, db, withoutAudit } from "@/db/client";

/** The actor of an event. Only the name is set when nobody was signed in. */
export interface Actor {
  /** Null for what belongs to the instance. */
  organizationId: string | null;
  userId: string | null;
  apiKeyId: string | null;
  /** The name at that time: an e-mail address, or the name of a key. */
  name: string;
}

/** What was changed or asked for. */
export interface Target {
  /** The noun of the API: `application`. */
  type: string;
  id?: string;
  name?: string;
}

/** Small, and never the value of a field that people fill in: names of fields, ids, counts. */
export type Details = Record<string, string | number | boolean | string[]>;

export interface AuditEntry {
  actor: Actor;
  origin: Origin;
  /** The procedure or event: `gitlab.create`, `session.signIn`, `credential.use`. */
  action: string;
  result: "ok" | "denied" | "failed";
  /** The code of the fault, when it did not succeed. */
  fault?: string;
  target?: Target;
  details?: Details;
}

const longest = 300;

/** Add an event within the transaction of its cause. */
export async function writeAudit(tx: Db, entry: AuditEntry): Promise<void> {
  const { actor, origin, action, result, fault, target, details } = entry;
  await tx.auditEvent.createMany({
    data: {
      organizationId: actor.organizationId,
      userId: actor.userId,
      apiKeyId: actor.apiKeyId,
      actor: cut(actor.name),
      address: origin.address,
      requestId: origin.requestId,
      action,
      result,
      fault,
      targetType: target?.type,
      targetId: target?.id?.slice(0, 64).replaceAll("\0", ""),
      targetName: target?.name === undefined ? undefined : cut(target.name),
      details: details && Object.keys(details).length > 0 ? details : undefined,
    },
  });
}

/** Add an event by itself: a denial, or the use of a secret. */
export function writeAuditAlone(entry: AuditEntry): Promise<void> {
  return withoutAudit(() => writeAudit(db(), entry));
}

export const nobody: Actor = { organizationId: null, userId: null, apiKeyId: null, name: "anyone" };

function cut(text: string): string {
  return text.replaceAll("\0", "").slice(0, longest);
}
