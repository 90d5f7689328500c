import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { NoticeTarget } from "@/features/notice/contract";
import { Fault } from "@/lib/fault";
import { open } from "@/lib/seal";

/** A target as it is sent to. `signingSecret` is sealed. */
export interface TargetRow {
  noticeTargetId: string;
  organizationId: string;
  kind: string;
  address: string;
  signingSecret: string | null;
  createdAt: Date;
}

/** @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findTarget(
  { organizationId }: Pick<Caller, "organizationId">,
  noticeTargetId: string,
): Promise<TargetRow> {
  const row = await db().noticeTarget.findFirst({ where: { organizationId, noticeTargetId } });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "notice target" } });
  return row;
}

/** Where the signing secret of a target is sealed. */
export function secretPlace(noticeTargetId: string) {
  return { table: "notice_target", column: "signingSecret", rowId: noticeTargetId };
}

/** The signing secret in the clear, for the moment of sending. */
export function secretOf({ noticeTargetId, signingSecret }: TargetRow): string {
  return open(signingSecret ?? "", secretPlace(noticeTargetId));
}

export function showTarget({ noticeTargetId, kind, address, createdAt }: TargetRow): NoticeTarget {
  return {
    noticeTargetId,
    kind: kind === "email" ? kind : "webhook",
    address,
    createdAt: createdAt.toISOString(),
  };
}
