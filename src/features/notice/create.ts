import { randomBytes } from "node:crypto";
import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import { lockOrganization } from "@/features/git-provider/input/insert";
import type { CreatedNoticeTarget, CreateNoticeTarget } from "@/features/notice/contract";
import { secretPlace, showTarget, type TargetRow } from "@/features/notice/find";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";
import { canMail } from "@/lib/mail";
import { readUrl } from "@/lib/outbound/url";
import { seal } from "@/lib/seal";

const most = 20;

/**
 * Tell the organization's notices to a mailbox or a URL from now on. Nothing is sent to it yet.
 * @throws Fault `invalid_input` for an address that is none | `unsupported` reason `mail_not_set` |
 * `conflict` reason `notice_target_taken` | `notice_targets_full`
 */
export async function createTarget(caller: Caller, input: CreateNoticeTarget): Promise<CreatedNoticeTarget> {
  const { kind, address } = input;
  const noticeTargetId = newId();
  annotate({ target: { type: "noticeTarget", id: noticeTargetId }, details: { kind } });
  if (kind === "email" && !canMail()) throw new Fault("unsupported", { code: "mail_not_set" });
  if (kind === "webhook") readUrl(address);
  const signingSecret = kind === "webhook" ? `whsec_${randomBytes(32).toString("base64")}` : null;
  const data = {
    noticeTargetId,
    organizationId: caller.organizationId,
    kind,
    address,
    signingSecret: signingSecret && seal(signingSecret, secretPlace(noticeTargetId)),
  };
  const row = await transaction((tx) => insert(tx, data));
  return { ...showTarget(row), signingSecret };
}

async function insert(tx: Db, data: Omit<TargetRow, "createdAt">): Promise<TargetRow> {
  const { organizationId, address } = data;
  await lockOrganization(tx, organizationId);
  if ((await tx.noticeTarget.count({ where: { organizationId } })) >= most)
    throw new Fault("conflict", { code: "notice_targets_full", params: { most } });
  try {
    return await tx.noticeTarget.create({ data });
  } catch (error) {
    if (!uniqueViolation(error)) throw error;
    const reason = { code: "notice_target_taken", params: { address } };
    throw new Fault("conflict", reason, { cause: error });
  }
}
