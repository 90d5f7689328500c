import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { OneNoticeTarget } from "@/features/notice/contract";
import { findTarget } from "@/features/notice/find";
import type { Nothing } from "@/lib/shape";

/** Tell it nothing more; what waits to be sent to it is dropped. @throws Fault `not_found` */
export async function removeTarget(caller: Caller, { noticeTargetId }: OneNoticeTarget): Promise<Nothing> {
  const { organizationId } = await findTarget(caller, noticeTargetId);
  await db().noticeTarget.deleteMany({ where: { organizationId, noticeTargetId } });
  return {};
}
