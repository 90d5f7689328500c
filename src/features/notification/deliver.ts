import type { z } from "zod";
import { db } from "@/db/client";
import { healthAt } from "@/features/git-provider/health/current-health";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { causesOf } from "@/features/notification/cause";
import { contentOf } from "@/features/notification/content";
import type { NotificationEvent } from "@/features/notification/contract";
import type { notificationJob } from "@/features/notification/job";
import { send } from "@/features/notification/send";
import { asFault } from "@/lib/fault";

/**
 * Send one notification to one recipient, unless it no longer holds or one of the two is gone.
 * @throws Fault when it could not be sent: the queue tries again
 */
export async function deliver(job: z.infer<typeof notificationJob.payload>, now = new Date()): Promise<void> {
  const recipient = await db().notificationRecipient.findUnique({
    where: { notificationRecipientId: job.notificationRecipientId },
  });
  const row = recipient && (await find(recipient.organizationId, job.gitProviderId));
  if (!recipient || !row || !holds(row, job.event, now)) return;
  await send(recipient, job.messageId, await contentOf(row, job.event, now));
}

async function find(organizationId: string, gitProviderId: string): Promise<ProviderRow | null> {
  return readProvider(system(organizationId), gitProviderId).catch((error: unknown) => {
    if (asFault(error).code === "not_found") return null;
    throw error;
  });
}

function holds(row: ProviderRow, event: NotificationEvent, now: Date): boolean {
  if (row.status !== "active") return false;
  if (event === "recovered") return healthAt(row, now).state !== "broken";
  return causesOf(row, now).some((cause) => cause.event === event);
}
