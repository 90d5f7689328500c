import { AsyncLocalStorage } from "node:async_hooks";
import type { Prisma } from "@/db/generated/client";
import { processGlobal } from "@/lib/process-global";

/** Adds the audit record to every transaction that the running code commits. */
export interface AuditRecorder {
  /** Write the record into the transaction that is about to commit. When this throws, nothing is committed. */
  record(tx: Prisma.TransactionClient): Promise<void>;
  /** The transaction with the record in it is committed. */
  committed(): void;
}

const recorders = processGlobal("auditRecorder", () => new AsyncLocalStorage<AuditRecorder | null>()).value;

/** The recorder of the running call; null for background work. */
export function currentAuditRecorder(): AuditRecorder | null {
  return recorders.getStore() ?? null;
}

/** Do `work` with a recorder: its transactions carry the audit record. */
export function withAuditRecorder<T>(recorder: AuditRecorder, work: () => T): T {
  return recorders.run(recorder, work);
}

/** Do `work` without one: bookkeeping, such as when a key was last used or a token that was renewed on the way. */
export function withoutAudit<T>(work: () => T): T {
  return recorders.run(null, work);
}
