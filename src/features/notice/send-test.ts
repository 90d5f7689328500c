import type { Caller } from "@/access/caller";
import { countAttempt } from "@/access/rate-limit";
import { db } from "@/db/client";
import type { OneNoticeTarget } from "@/features/notice/contract";
import { findTarget } from "@/features/notice/find";
import type { News } from "@/features/notice/news";
import { send } from "@/features/notice/send";
import { env } from "@/lib/env";
import { newId } from "@/lib/id";
import type { Nothing } from "@/lib/shape";

/**
 * Send an example to a target at once, and wait for how it went.
 * @throws Fault `not_found` | `unsupported` reason `mail_not_set` | `unavailable` reason `mail_failed` |
 * `notice_refused` | of the network | `rate_limited` after many
 */
export async function sendTest(caller: Caller, { noticeTargetId }: OneNoticeTarget): Promise<Nothing> {
  const target = await findTarget(caller, noticeTargetId);
  await countAttempt("noticeTest", caller.organizationId);
  await send(target, newId(), await example(caller));
  return {};
}

async function example({ organizationId }: Caller): Promise<News> {
  const { name } = await db().organization.findUniqueOrThrow({ where: { organizationId } });
  return {
    event: "test",
    at: new Date(),
    organization: { organizationId, name },
    provider: null,
    message: "This is a test. Notices of expiring, broken and recovered providers arrive here.",
    expiresAt: null,
    daysLeft: null,
    applications: [],
    applicationCount: 0,
    url: `${env().url}/settings/notices`,
  };
}
