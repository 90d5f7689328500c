import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { findApplication } from "@/features/application/find";
import { previewRulesOf } from "@/features/application/preview-contract";
import type { AllPreviews, PreviewList } from "@/features/preview/contract";
import { shown, toPreview, withLatest } from "@/features/preview/public";
import { storedReason } from "@/features/preview/stored-reason";

const reclaimedDays = 7;

/** The previews of an application, newest first, and what is known of those that were lost. @throws Fault `not_found` */
export async function all(caller: Caller, input: AllPreviews): Promise<PreviewList> {
  const application = await findApplication(caller, input.applicationId);
  const { organizationId, applicationId } = application;
  const where = { organizationId, applicationId };
  const rows = await db().environment.findMany({
    where: { ...where, kind: "preview" },
    include: withLatest,
    orderBy: [{ createdAt: "desc" }, { environmentId: "desc" }],
  });
  const comments = await db().previewComment.findMany({
    where: { ...where, requestNumber: { in: rows.flatMap((row) => row.requestNumber ?? []) } },
  });
  const commentOf = new Map(comments.map((one) => [one.requestNumber, one]));
  return {
    items: rows.map((row) => toPreview(row, commentOf.get(row.requestNumber ?? 0) ?? null)),
    rules: previewRulesOf(application),
    withoutRequest: rows.filter(({ closeSeenAt }) => closeSeenAt !== null).length,
    reclaimed: await reclaimed(where),
  };
}

async function reclaimed(where: { organizationId: string; applicationId: string }) {
  const since = new Date(Date.now() - reclaimedDays * 24 * 3600 * 1000);
  const rows = await db().previewComment.findMany({
    where: { ...where, isReclaimed: true, endedAt: { gt: since } },
    orderBy: { endedAt: "desc" },
    take: 100,
  });
  return rows.flatMap(({ requestNumber: number, endedAt, endCode, endParams }) => {
    const reason = shown(storedReason(endCode, endParams));
    return endedAt && reason ? [{ number, at: endedAt.toISOString(), reason }] : [];
  });
}
