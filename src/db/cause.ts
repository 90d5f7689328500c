import { AsyncLocalStorage } from "node:async_hooks";
import type { Prisma } from "@/db/generated/client";

/** What a process is busy with and has to give account of: every transaction that it commits meanwhile carries its record. */
export interface Cause {
  /** Write the record into the transaction that is about to commit. When this throws, nothing is committed. */
  record(tx: Prisma.TransactionClient): Promise<void>;
  /** The transaction with the record in it is committed. */
  committed(): void;
}

// On globalThis: the server bundles evaluate this module more than once.
const held = globalThis as { slipwayCause?: AsyncLocalStorage<Cause | null> };
held.slipwayCause ??= new AsyncLocalStorage();
const causes = held.slipwayCause;

/** The cause that the running code works for; null for the process's own work. */
export function currentCause(): Cause | null {
  return causes.getStore() ?? null;
}

/** Do `work` for a cause. */
export function withCause<T>(cause: Cause, work: () => T): T {
  return causes.run(cause, work);
}

/**
 * Do `work` for no cause: bookkeeping that is nobody's change, such as when something was last used or a token that
 * was renewed on the way.
 */
export function apart<T>(work: () => T): T {
  return causes.run(null, work);
}
