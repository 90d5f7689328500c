import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import { changeComment } from "@/features/preview/comment-row";
import type { ApprovePreview, Preview } from "@/features/preview/contract";
import { deployPreview } from "@/features/preview/deploy";
import { findPreview, shownPreview } from "@/features/preview/find";
import { openRequestOf } from "@/features/preview/host";
import { assertFreePlace, lockPreviewsOf } from "@/features/preview/lock";
import type { PreviewRow } from "@/features/preview/public";
import { assertDiskSpace } from "@/lib/disk";
import { Fault } from "@/lib/fault";
import type { PullRequest } from "@/providers/reporting";

/** Approvals that are kept of one request. */
const mostApproved = 50;

/**
 * Approve one commit of a request from a fork, and deploy it without secrets. What is pushed afterwards has to be looked
 * at again.
 * @throws Fault `not_found` | `conflict` reason `preview_not_of_fork` | `preview_fork_never` | `preview_moved` when the
 *   request has another commit by now | `request_not_open` | `preview_limit_reached`
 */
export async function approve(caller: Caller, { environmentId, sha }: ApprovePreview): Promise<Preview> {
  const preview = await findPreview(caller, environmentId);
  if (!preview.isFork || preview.requestNumber === null)
    throw new Fault("conflict", { code: "preview_not_of_fork" });
  const looked = (sha ?? preview.headSha ?? "").toLowerCase();
  const source = await db().application.findUniqueOrThrow({
    where: { applicationId: preview.applicationId },
  });
  if (previewRulesOf(source)?.forks === "never") throw new Fault("conflict", { code: "preview_fork_never" });
  const request = await openRequestOf(source, preview.requestNumber);
  if (request.head.sha !== looked) await refuseMoved(preview, request.head.sha);
  await assertDiskSpace();
  await transaction((tx) => approveIn(tx, caller, preview, request));
  return shownPreview(caller, preview.environmentId);
}

/** The page shows the newer commit afterwards, so that it can be looked at. */
async function refuseMoved(preview: PreviewRow, headSha: string): Promise<never> {
  const { environmentId, organizationId } = preview;
  await db().environment.updateMany({ where: { environmentId, organizationId }, data: { headSha } });
  throw new Fault("conflict", { code: "preview_moved", params: { sha: headSha.slice(0, 8) } });
}

async function approveIn(
  tx: Parameters<typeof lockPreviewsOf>[0],
  caller: Caller,
  preview: PreviewRow,
  { head }: PullRequest,
): Promise<void> {
  const { environmentId, organizationId } = preview;
  const held = await lockPreviewsOf(tx, preview);
  const now = await tx.environment.findFirst({ where: { environmentId, organizationId } });
  if (!now) throw new Fault("not_found", { code: "not_found", params: { what: "preview" } });
  assertFreePlace(held, now);
  const approvedShas = [...new Set([...now.approvedShas, head.sha])].slice(-mostApproved);
  await tx.environment.update({
    where: { environmentId },
    data: { approvedShas, headSha: head.sha, lastActivityAt: new Date() },
  });
  await deployPreview(tx, caller, { preview: now, ref: head.ref, sha: head.sha, fetchRef: head.fetchRef });
  await changeComment(tx, now, null);
}
