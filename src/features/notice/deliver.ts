import type { z } from "zod";
import { db } from "@/db/client";
import { healthAt } from "@/features/git-provider/health/current-health";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { causesOf } from "@/features/notice/cause";
import type { NoticeEvent } from "@/features/notice/contract";
import type { noticeJob } from "@/features/notice/job";
import { newsOf } from "@/features/notice/news";
import { send } from "@/features/notice/send";
import { asFault } from "@/lib/fault";

/**
 * Tell one target one thing, unless it no longer holds or one of the two is gone.
 * @throws Fault when it could not be sent: the queue tries again
 */
export async function deliver(job: z.infer<typeof noticeJob.payload>, now = new Date()): Promise<void> {
  const target = await db().noticeTarget.findUnique({ where: { noticeTargetId: job.noticeTargetId } });
  const row = target && (await find(target.organizationId, job.gitProviderId));
  if (!target || !row || !holds(row, job.event, now)) return;
  await send(target, job.messageId, await newsOf(row, job.event, now));
}

async function find(organizationId: string, gitProviderId: string): Promise<ProviderRow | null> {
  return readProvider(system(organizationId), gitProviderId).catch((error: unknown) => {
    if (asFault(error).code === "not_found") return null;
    throw error;
  });
}

function holds(row: ProviderRow, event: NoticeEvent, now: Date): boolean {
  if (row.status !== "active") return false;
  if (event === "recovered") return healthAt(row, now).state !== "broken";
  return causesOf(row, now).some((cause) => cause.event === event);
}
