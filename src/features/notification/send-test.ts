import type { Caller } from "@/access/caller";
import { countAttempt } from "@/access/rate-limit";
import { db } from "@/db/client";
import type { NotificationContent } from "@/features/notification/content";
import type { OneNotificationRecipient } from "@/features/notification/contract";
import { findRecipient } from "@/features/notification/find";
import { send } from "@/features/notification/send";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import type { Nothing } from "@/lib/shape";

/**
 * Send a test notification to a recipient now, and wait for the result.
 * @throws Fault `not_found` | `unsupported` reason `mail_not_set` | `unavailable` reason `mail_failed` |
 * `notification_refused` | of the network | `rate_limited` after many
 */
export async function sendTest(
  caller: Caller,
  { notificationRecipientId }: OneNotificationRecipient,
): Promise<Nothing> {
  const recipient = await findRecipient(caller, notificationRecipientId);
  await countAttempt("notificationTest", caller.organizationId);
  await send(recipient, newId(), await example(caller));
  return {};
}

async function example({ organizationId }: Caller): Promise<NotificationContent> {
  const { name } = await db().organization.findUniqueOrThrow({ where: { organizationId } });
  return {
    event: "test",
    at: new Date(),
    organization: { organizationId, name },
    provider: null,
    message: "This is a test. Notifications of expiring, broken and recovered providers arrive here.",
    expiresAt: null,
    daysLeft: null,
    applications: [],
    applicationCount: 0,
    url: `${env().url}/settings/notifications`,
  };
}
