import { db, withoutAudit } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import type { webhookModes, webhookStates } from "@/features/webhook/contract";
import type { WebhookRow } from "@/features/webhook/row";
import type { Reason } from "@/lib/reason";

const usualMs = 6 * 3_600_000;
const firstRetryMs = 60_000;

/** What came of looking after a hook. */
export interface Outcome {
  state: "created" | "repaired" | "unchanged" | "manual" | "failed";
  reason?: Reason;
  /** A page of the host where a person goes on. */
  page?: string;
}

export interface Settled {
  mode?: (typeof webhookModes)[number];
  state: (typeof webhookStates)[number];
  reason: Reason | null;
  /** The host could not be asked, or refused: try again at growing distance. */
  isFailure?: boolean;
  hostHookId?: string | null;
  url?: string;
  /** When the host is to be asked for changes; null: not at all. Absent: as before. */
  pollDueAt?: Date | null;
  missedSince?: Date;
  credentialVersion?: number;
}

/** Write down what a check found and when the next one is due. */
export async function settle(row: WebhookRow, found: Settled, now: Date): Promise<void> {
  const { reason, isFailure, ...columns } = found;
  const failures = isFailure ? row.failures + 1 : 0;
  const { organizationId, webhookId } = row;
  const where = { organizationId, webhookId };
  await withoutAudit(async () => {
    await db().webhook.updateMany({
      where,
      data: {
        ...columns,
        reasonCode: reason?.code ?? null,
        reasonParams: reason?.params ?? Prisma.DbNull,
        failures,
      },
    });
    // What is needed, or our address, may have changed during the check: then the hook is due at once and stays it.
    await db().webhook.updateMany({
      where: { ...where, checkDueAt: row.checkDueAt },
      data: { checkDueAt: nextCheck(failures, now) },
    });
  });
}

/**
 * Every six hours; after a failure in a minute, doubling each time. Spread, so that hooks that were made together are not
 * checked together.
 */
function nextCheck(failures: number, now: Date): Date {
  const ms = failures === 0 ? usualMs : Math.min(firstRetryMs * 2 ** (failures - 1), usualMs);
  return new Date(now.getTime() + ms * (0.9 + Math.random() * 0.2));
}

/** When a row that is polled from now on is asked about first: at once, unless it is polled already. */
export function pollFrom(row: WebhookRow, now: Date): Date {
  return row.pollDueAt ?? now;
}
