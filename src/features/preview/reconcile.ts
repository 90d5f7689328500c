import { db } from "@/db/client";
import type { Application, Environment } from "@/db/generated/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import { openHost, requestsOf } from "@/features/preview/host";
import { removePreview } from "@/features/preview/remove";
import { restoredCode } from "@/features/webhook/restored";
import type { RepositoryKey } from "@/git/nouns";
import { described } from "@/lib/described";
import { asFault, Fault, retryPolicy } from "@/lib/fault";
import { log } from "@/lib/log";
import type { Reason } from "@/lib/reason";
import type { PullRequestPort } from "@/providers/reporting";

const anHourMs = 3600 * 1000;
const aDayMs = 24 * anHourMs;
/** After a host that did not answer. */
const soonMs = 10 * 60_000;
/** Applications that are taken at once; another process takes others meanwhile. */
const atOnce = 20;
/** What is still due after so long is left to the next round. */
const roundMs = 4 * 60_000;
const perPage = 100;
/** More open requests than these are not read: nothing is removed then. */
const mostPages = 100;
const deadlineMs = 5 * 60_000;

/**
 * Compare the previews of applications with what is open at their hosts, each once an hour, so that an event that never
 * arrived is made up for. Those of a restored backup wait until a person takes the webhook over.
 * @returns how many previews were removed
 */
export async function reconcilePreviews(now = new Date()): Promise<number> {
  const until = Date.now() + roundMs;
  let removed = 0;
  for (let due = await takeDue(now); due.length > 0; due = await takeDue(now)) {
    for (const application of due) removed += await reconcileOne(application, now);
    if (Date.now() >= until) break;
  }
  return removed;
}

function takeDue(now: Date): Promise<Application[]> {
  const next = new Date(now.getTime() + anHourMs);
  return db().$queryRaw<Application[]>`
    UPDATE "application" SET "previewsDueAt" = ${next}
    WHERE "applicationId" IN (
      SELECT a."applicationId" FROM "application" a
      WHERE (a."previewsDueAt" IS NULL OR a."previewsDueAt" <= ${now}) AND EXISTS (
        SELECT 1 FROM "environment" e WHERE e."applicationId" = a."applicationId" AND e."kind" = 'preview')
        AND NOT EXISTS (SELECT 1 FROM "webhook" w WHERE w."gitProviderId" = a."gitProviderId"
          AND w."repositoryId" = COALESCE(a."repositoryId", a."repositoryUrl") AND w."reasonCode" = ${restoredCode})
      ORDER BY a."previewsDueAt" NULLS FIRST LIMIT ${atOnce} FOR UPDATE SKIP LOCKED)
    RETURNING *`;
}

/** What goes wrong with one application must not stop the others. */
async function reconcileOne(application: Application, now: Date): Promise<number> {
  const { applicationId, organizationId } = application;
  let removed = 0;
  try {
    removed += await removeStale(application, now);
    removed += await reclaimLost(application, now);
  } catch (error) {
    const fault = asFault(error);
    log.warn(
      { applicationId, reason: fault.reason.code, ...described(fault.cause) },
      "the previews of an application were not compared with its host",
    );
    if (retryPolicy(fault) === "never") return removed;
    const previewsDueAt = new Date(now.getTime() + soonMs);
    // Not by the model, which would have the application look as if somebody had changed it.
    await db().$executeRaw`UPDATE "application" SET "previewsDueAt" = ${previewsDueAt}
      WHERE "organizationId" = ${organizationId} AND "applicationId" = ${applicationId}`;
  }
  return removed;
}

function previewsOf({ organizationId, applicationId }: Application): Promise<Environment[]> {
  return db().environment.findMany({ where: { organizationId, applicationId, kind: "preview" } });
}

async function removeStale(application: Application, now: Date): Promise<number> {
  const stale = await staleOf(application, await previewsOf(application), now);
  for (const { environmentId, reason } of stale) await removePreview(environmentId, reason);
  return stale.length;
}

interface Stale {
  environmentId: string;
  reason: Reason;
}

/** Previews that nobody wants any more, whatever the host says. */
async function staleOf(application: Application, previews: Environment[], now: Date): Promise<Stale[]> {
  const rules = previewRulesOf(application);
  if (!rules)
    return previews.map(({ environmentId }) => ({
      environmentId,
      reason: { code: "previews_switched_off" },
    }));
  const { idleDays: days, forks } = rules;
  const before = new Date(now.getTime() - days * aDayMs);
  const { organizationId, applicationId } = application;
  const busy = await db().deployment.findMany({
    where: { organizationId, applicationId, createdAt: { gt: before } },
    distinct: ["environmentId"],
    select: { environmentId: true },
  });
  const isBusy = new Set(busy.map(({ environmentId }) => environmentId));
  const unwanted = forks === "never" ? previews.filter(({ isFork }) => isFork) : [];
  const idle = previews.filter(
    (one) =>
      !unwanted.includes(one) &&
      (one.lastActivityAt ?? one.createdAt) <= before &&
      !isBusy.has(one.environmentId),
  );
  return [
    ...unwanted.map(({ environmentId }) => ({ environmentId, reason: { code: "rule_fork_never" } })),
    ...idle.map(({ environmentId }) => ({
      environmentId,
      reason: { code: "preview_idle", params: { days } },
    })),
  ];
}

/**
 * Remove the previews whose request or branch is gone at the host. Nothing is removed on an incomplete list.
 * @throws Fault when the host did not answer
 */
async function reclaimLost(application: Application, now: Date): Promise<number> {
  const previews = await previewsOf(application);
  if (previews.length === 0) return 0;
  const host = await openHost(application, deadlineMs);
  let count = 0;
  const branches = previews.filter(({ requestNumber }) => requestNumber === null);
  for (const { environmentId, branch } of branches) {
    if (await isBranch(host, branch)) continue;
    await removePreview(environmentId, { code: "preview_branch_gone", params: { branch } });
    count++;
  }
  const ofRequests = previews.filter(({ requestNumber }) => requestNumber !== null);
  if (ofRequests.length === 0) return count;
  const requests = requestsOf(host);
  const open = await openNumbers(requests, host.key);
  for (const preview of ofRequests.filter((one) => !open.has(one.requestNumber ?? 0))) {
    const reason = await endOf(requests, host.key, preview.requestNumber ?? 0);
    // The list was behind: it is open after all.
    if (!reason) continue;
    await reclaim(preview, reason, now);
    count++;
  }
  return count;
}

/** A lost event is a fault: it is logged and shown with the previews, also when the process dies before the removal. */
async function reclaim(
  { environmentId, organizationId, requestNumber }: Environment,
  reason: Reason,
  now: Date,
) {
  await db().environment.updateMany({
    where: { environmentId, organizationId, closeSeenAt: null },
    data: { closeSeenAt: now },
  });
  log.warn(
    { environmentId, requestNumber, reason: reason.code },
    "a preview was left over: its host had not told that the request is over",
  );
  await removePreview(environmentId, reason, { isReclaimed: true });
}

/** @throws Fault `bad_response` reason `requests_incomplete` for a list that could not be read to its end */
async function openNumbers({ list }: PullRequestPort, key: RepositoryKey): Promise<Set<number>> {
  const numbers = new Set<number>();
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const { items, nextCursor, incomplete } = await list(key, { cursor, limit: perPage });
    if (incomplete) break;
    for (const { number } of items) numbers.add(number);
    if (nextCursor === null) return numbers;
    cursor = nextCursor;
  }
  throw new Fault("bad_response", { code: "requests_incomplete" });
}

/** Why a request is over; null when it is open. */
async function endOf({ get }: PullRequestPort, key: RepositoryKey, number: number): Promise<Reason | null> {
  try {
    const { state } = await get(key, number);
    return state === "open" ? null : { code: "preview_close_lost", params: { state } };
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "request_gone")
      return { code: "preview_request_lost" };
    throw error;
  }
}

async function isBranch(
  { forge, key }: Awaited<ReturnType<typeof openHost>>,
  branch: string,
): Promise<boolean> {
  try {
    await forge.refs.resolve(key, `refs/heads/${branch}`);
    return true;
  } catch (error) {
    if (error instanceof Fault && error.reason.code === "ref_gone") return false;
    throw error;
  }
}
