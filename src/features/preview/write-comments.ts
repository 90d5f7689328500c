import { organizationPath } from "@/access/organization-slug";
import { db } from "@/db/client";
import { type Application, type PreviewComment, Prisma } from "@/db/generated/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import { type CommentFacts, commentBody, commentMarker } from "@/features/preview/comment-body";
import { openHost } from "@/features/preview/host";
import { withLatest } from "@/features/preview/public";
import { previewState } from "@/features/preview/state";
import { storedReason } from "@/features/preview/stored-reason";
import { siteUrl } from "@/features/site/url";
import { Commit } from "@/git/nouns";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { asFault, type Fault, retryPolicy } from "@/lib/fault";
import { log } from "@/lib/log";
import { inParallel } from "@/lib/map-concurrently";

/** Comments of one round; the others follow in the next. */
const atOnce = 20;
const hostsAtOnce = 4;
/** A process that died while it wrote a comment leaves it to others after this time. */
const holdSeconds = 120;
const pausesSeconds = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 36_000];

/**
 * Write the comments that are to be told something new. Each is written by one process at a time, and what failed is
 * tried again at growing distance.
 */
export async function writeComments(now = new Date()): Promise<number> {
  const until = new Date(now.getTime() + holdSeconds * 1000);
  const due = await db().$queryRaw<PreviewComment[]>`
    UPDATE "preview_comment" SET "heldUntil" = ${until}
    WHERE ("applicationId", "requestNumber") IN (
      SELECT "applicationId", "requestNumber" FROM "preview_comment"
      WHERE "dueAt" <= ${now} AND ("heldUntil" IS NULL OR "heldUntil" <= ${now})
      ORDER BY "dueAt" LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
    RETURNING *`;
  await inParallel(due, hostsAtOnce, (comment) => writeOne(comment, now));
  return due.length;
}

async function writeOne(comment: PreviewComment, now: Date): Promise<void> {
  try {
    const written = await write(comment);
    const well = { tries: 0, reasonCode: null, reasonParams: Prisma.DbNull };
    await settle(comment, written, { ...well, dueAt: null });
  } catch (error) {
    await fail(comment, asFault(error), now);
  }
}

type Written = { id: string; url: string | null };

/** @returns null where there is nothing to be written */
async function write(comment: PreviewComment): Promise<Written | null> {
  const { applicationId, requestNumber, commentId } = comment;
  const application = await db().application.findUnique({ where: { applicationId } });
  if (!application || !previewRulesOf(application)?.comment) return null;
  const facts = await factsOf(comment, application);
  // Where nothing was ever said there is nothing to take back.
  if (facts === null || (facts.state === "removed" && commentId === null)) return null;
  const { forge, key } = await openHost(application);
  const body = commentBody(facts);
  const marker = commentMarker(applicationId);
  return (await forge.comments?.upsert(key, requestNumber, { id: commentId, marker, body })) ?? null;
}

async function factsOf(comment: PreviewComment, application: Application): Promise<CommentFacts | null> {
  const { organizationId, applicationId, requestNumber } = comment;
  const pages = `${env().url}${await organizationPath(organizationId)}/applications/${applicationId}`;
  const common = { applicationId, application: application.name };
  const where = { organizationId, applicationId, requestNumber };
  const preview = await db().environment.findFirst({ where, include: withLatest });
  const end = storedReason(comment.endCode, comment.endParams);
  if (!preview) {
    const nothing = { sha: null, siteUrl: null, shownSha: null, page: pages };
    return end && { ...common, ...nothing, state: "removed", reason: end };
  }
  const [latest = null] = preview.deployments;
  const { state, reason } = previewState(preview, latest, previewRulesOf(application));
  return {
    ...common,
    state,
    reason,
    sha: preview.headSha,
    siteUrl: preview.current ? siteUrl(preview.site) : null,
    shownSha: Commit.safeParse(preview.current?.commit).data?.sha ?? null,
    page:
      latest && state !== "approval" ? `${pages}/deployments/${latest.deploymentId}` : `${pages}/previews`,
  };
}

/** Give the comment free. What changed while it was written stays due. */
async function settle(
  { applicationId, requestNumber, version }: PreviewComment,
  written: Written | null,
  { dueAt, ...rest }: { dueAt: Date | null } & Prisma.PreviewCommentUpdateManyMutationInput,
): Promise<void> {
  const where = { applicationId, requestNumber };
  const known = { heldUntil: null, ...(written && { commentId: written.id, url: written.url }) };
  const { count } = await db().previewComment.updateMany({
    where: { ...where, version },
    data: { ...known, ...rest, dueAt },
  });
  if (count === 0) await db().previewComment.updateMany({ where, data: known });
}

async function fail(comment: PreviewComment, fault: Fault, now: Date): Promise<void> {
  const { applicationId, requestNumber, tries } = comment;
  const pause = pausesSeconds[tries];
  const isFinal = pause === undefined || retryPolicy(fault) === "never";
  const next = fault.retryAt ?? new Date(now.getTime() + (pause ?? 0) * 1000);
  const { code, params } = fault.reason;
  const told = { applicationId, requestNumber, reason: code, isFinal, ...described(fault.cause) };
  log.warn(told, "the comment on a request could not be written");
  const failed = { tries: tries + 1, reasonCode: code, reasonParams: params ?? Prisma.DbNull };
  await settle(comment, null, { ...failed, dueAt: isFinal ? null : next });
}
