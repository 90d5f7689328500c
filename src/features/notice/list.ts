import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { NoticeTargetList } from "@/features/notice/contract";
import { showTarget } from "@/features/notice/find";
import { canMail } from "@/lib/mail";

/** Where the organization is told, oldest first. */
export async function listTargets({ organizationId }: Caller): Promise<NoticeTargetList> {
  const rows = await db().noticeTarget.findMany({ where: { organizationId }, orderBy: { createdAt: "asc" } });
  return { items: rows.map(showTarget), canMail: canMail() };
}
