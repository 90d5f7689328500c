import { type Db, db } from "@/db/client";
import { Prisma, type WebhookDelivery } from "@/db/generated/client";
import { aboutOf, type Summary } from "@/features/delivery/process/summary";
import { messageOf, type Reason } from "@/lib/reason";
import type { HookItem } from "@/providers/webhook";

type Key = Pick<WebhookDelivery, "deliveryId" | "receivedAt">;

/** The delivery for one more try; null when it was decided, or is not kept any more. */
export async function takeUp({ deliveryId, receivedAt }: Key): Promise<WebhookDelivery | null> {
  const where = { deliveryId, receivedAt };
  const { count } = await db().webhookDelivery.updateMany({
    where: { ...where, decision: null },
    data: { tries: { increment: 1 } },
  });
  return count === 0 ? null : db().webhookDelivery.findFirst({ where });
}

/** Hold the delivery in this transaction. @returns false when another process decided it meanwhile */
export async function lockUndecided(tx: Db, { deliveryId, receivedAt }: Key): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "webhook_delivery"
    WHERE "receivedAt" = ${receivedAt} AND "deliveryId" = ${deliveryId} AND "decision" IS NULL FOR UPDATE`;
  return found.length > 0;
}

export async function saveDecision(tx: Db, { deliveryId, receivedAt }: Key, summary: Summary): Promise<void> {
  const { reason, environments, trace, ...columns } = summary;
  await tx.webhookDelivery.updateMany({
    where: { deliveryId, receivedAt },
    data: {
      ...columns,
      ...reasonColumns(reason),
      environments: environments.map((one) => ({ ...one })),
      trace: trace.map((one) => ({ ...one })),
      decidedAt: new Date(),
    },
  });
}

/** Say why a try failed: for good, or while the delivery waits for the next one. */
export async function saveFailedTry(
  { deliveryId, receivedAt }: Key,
  items: HookItem[],
  { reason, isFinal }: { reason: Reason; isFinal: boolean },
): Promise<void> {
  const waiting = { code: "delivery_waiting", params: { why: messageOf(reason) } };
  const end = isFinal ? { decision: "failed", decidedAt: new Date() } : {};
  await db().webhookDelivery.updateMany({
    where: { deliveryId, receivedAt, decision: null },
    data: { ...aboutOf(items), ...reasonColumns(isFinal ? reason : waiting), ...end },
  });
}

function reasonColumns(reason: Reason | null) {
  return { reasonCode: reason?.code ?? null, reasonParams: reason?.params ?? Prisma.DbNull };
}
