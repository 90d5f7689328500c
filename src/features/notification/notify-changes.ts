import { type Db, db, transaction } from "@/db/client";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { brokenKey, causesOf, isOver } from "@/features/notification/cause";
import type { NotificationEvent } from "@/features/notification/contract";
import { notificationJob } from "@/features/notification/job";
import { newId } from "@/lib/id";
import { enqueue } from "@/queue/enqueue";

/**
 * Notify every organization with recipients of changes of its providers since the last round. Each cause is sent
 * once, by the first process that finds it: the row that marks it as sent and the jobs are written in one
 * transaction.
 */
export async function notifyChanges(now = new Date()): Promise<void> {
  const wanted = await db().notificationRecipient.findMany({
    distinct: ["organizationId"],
    select: { organizationId: true },
  });
  for (const { organizationId } of wanted) await notifyOrganization(organizationId, now);
}

async function notifyOrganization(organizationId: string, now: Date): Promise<void> {
  const rows = await readProviders(system(organizationId));
  const sent = await db().notification.findMany({
    where: { organizationId },
    select: { gitProviderId: true, cause: true },
  });
  for (const row of rows.filter(({ status }) => status === "active")) {
    const known = sent.filter(({ gitProviderId }) => gitProviderId === row.gitProviderId);
    await notifyProvider(
      row,
      known.map(({ cause }) => cause),
      now,
    );
  }
}

async function notifyProvider(row: ProviderRow, sent: string[], now: Date): Promise<void> {
  const fresh = causesOf(row, now).filter(({ key }) => !sent.includes(key));
  for (const { key, event } of fresh)
    await transaction(async (tx) => {
      if (await begin(tx, row, key)) await sendAll(tx, row, event);
    });
  for (const key of sent.filter((each) => isOver(each, row, now)))
    await transaction(async (tx) => {
      const ended = await end(tx, row, key);
      if (ended && key === brokenKey) await sendAll(tx, row, "recovered");
    });
}

/** @returns whether it was not marked as sent yet; of two parallel calls, the second waits here for the first */
async function begin(tx: Db, { organizationId, gitProviderId }: ProviderRow, cause: string) {
  const data = [{ organizationId, gitProviderId, cause }];
  return (await tx.notification.createMany({ data, skipDuplicates: true })).count > 0;
}

async function end(tx: Db, { gitProviderId }: ProviderRow, cause: string): Promise<boolean> {
  return (await tx.notification.deleteMany({ where: { gitProviderId, cause } })).count > 0;
}

async function sendAll(tx: Db, row: ProviderRow, event: NotificationEvent): Promise<void> {
  const { organizationId, gitProviderId } = row;
  const recipients = await tx.notificationRecipient.findMany({
    where: { organizationId },
    select: { notificationRecipientId: true },
  });
  for (const { notificationRecipientId } of recipients)
    await enqueue(tx, notificationJob, { notificationRecipientId, gitProviderId, event, messageId: newId() });
}
