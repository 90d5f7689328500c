import { type Db, db, transaction } from "@/db/client";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { brokenKey, causesOf, isOver } from "@/features/notice/cause";
import type { NoticeEvent } from "@/features/notice/contract";
import { noticeJob } from "@/features/notice/job";
import { newId } from "@/lib/id";
import { enqueue } from "@/queue/enqueue";

/**
 * Tell every organization that wants to know what has come up with its providers since the last round. Each matter is
 * told once, by whichever process finds it first: the note that it was told and the jobs to send it are one write.
 */
export async function tellNews(now = new Date()): Promise<void> {
  const wanted = await db().noticeTarget.findMany({
    distinct: ["organizationId"],
    select: { organizationId: true },
  });
  for (const { organizationId } of wanted) await tellOrganization(organizationId, now);
}

async function tellOrganization(organizationId: string, now: Date): Promise<void> {
  const rows = await readProviders(system(organizationId));
  const told = await db().notice.findMany({
    where: { organizationId },
    select: { gitProviderId: true, cause: true },
  });
  for (const row of rows.filter(({ status }) => status === "active")) {
    const known = told.filter(({ gitProviderId }) => gitProviderId === row.gitProviderId);
    await tellProvider(
      row,
      known.map(({ cause }) => cause),
      now,
    );
  }
}

async function tellProvider(row: ProviderRow, told: string[], now: Date): Promise<void> {
  const fresh = causesOf(row, now).filter(({ key }) => !told.includes(key));
  for (const { key, event } of fresh)
    await transaction(async (tx) => {
      if (await begin(tx, row, key)) await sendAll(tx, row, event);
    });
  for (const key of told.filter((each) => isOver(each, row, now)))
    await transaction(async (tx) => {
      const ended = await end(tx, row, key);
      if (ended && key === brokenKey) await sendAll(tx, row, "recovered");
    });
}

/** @returns whether it was not noted yet; of two at once, the second waits here for the first */
async function begin(tx: Db, { organizationId, gitProviderId }: ProviderRow, cause: string) {
  const data = [{ organizationId, gitProviderId, cause }];
  return (await tx.notice.createMany({ data, skipDuplicates: true })).count > 0;
}

async function end(tx: Db, { gitProviderId }: ProviderRow, cause: string): Promise<boolean> {
  return (await tx.notice.deleteMany({ where: { gitProviderId, cause } })).count > 0;
}

async function sendAll(tx: Db, row: ProviderRow, event: NoticeEvent): Promise<void> {
  const { organizationId, gitProviderId } = row;
  const targets = await tx.noticeTarget.findMany({
    where: { organizationId },
    select: { noticeTargetId: true },
  });
  for (const { noticeTargetId } of targets)
    await enqueue(tx, noticeJob, { noticeTargetId, gitProviderId, event, messageId: newId() });
}
