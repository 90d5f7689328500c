import type { Db } from "@/db/client";
import type { Application, Environment } from "@/db/generated/client";
import { siteOf } from "@/features/environment/site";
import { changeComment } from "@/features/preview/comment-row";
import { assertFreePlace, lockPreviewsOf } from "@/features/preview/lock";
import type { PullRequest } from "@/providers/reporting";

type OfApplication = Pick<Application, "organizationId" | "applicationId">;

export interface WantedPreview {
  application: OfApplication;
  /** As the host has it. */
  request: PullRequest;
  /** `approval`: a member has to look at the commit before anything of it is deployed. */
  state: "deploy" | "approval";
  sha: string;
  /** False for a fork, whoever says so. */
  withSecrets: boolean;
}

/**
 * Make the preview of a request, or bring it up to date. Its deployment is queued by the caller.
 * @throws Fault `conflict` reason `preview_limit_reached` when another request has taken the last place meanwhile
 */
export async function openPreview(tx: Db, wanted: WantedPreview): Promise<{ environmentId: string }> {
  const { application, request } = wanted;
  const { organizationId, applicationId } = application;
  const held = await lockPreviewsOf(tx, application);
  const where = { organizationId, applicationId, requestNumber: request.number };
  const before = await tx.environment.findFirst({ where });
  const columns = {
    ...requestColumns(wanted, before),
    isFork: before?.isFork === true || isOfFork(wanted, held.repositoryId),
  };
  if (before) {
    const { environmentId } = before;
    await tx.environment.update({ where: { environmentId }, data: columns });
    if (before.headSha !== wanted.sha || wanted.state === "approval") await changeComment(tx, where, null);
    return { environmentId };
  }
  if (wanted.state === "deploy") assertFreePlace(held, null);
  const name = `pr-${request.number}`;
  const site = siteOf(held.slug, name);
  const fixed = { name, site, kind: "preview", trigger: "manual", spaFallback: held.spaFallback };
  const { environmentId } = await tx.environment.create({
    data: { ...where, ...columns, ...fixed },
    select: { environmentId: true },
  });
  await changeComment(tx, where, null);
  return { environmentId };
}

/** By the ids of the two repositories, whatever else is told: names may be chosen to look alike. */
function isOfFork({ request, withSecrets }: WantedPreview, repositoryId: string | null): boolean {
  const from = request.head.repositoryId;
  return request.isFork || !withSecrets || from === null || from !== repositoryId;
}

function requestColumns({ request, sha }: WantedPreview, before: Environment | null) {
  const { head, base, title, url, author } = request;
  return {
    branch: head.ref,
    requestTitle: title,
    requestUrl: url || (before?.requestUrl ?? null),
    requestAuthor: author ?? before?.requestAuthor ?? null,
    headRepositoryId: head.repositoryId,
    headRef: head.ref,
    headSha: sha,
    baseRef: base.ref,
    closeSeenAt: null,
    ...(before?.headSha !== sha && { lastActivityAt: new Date() }),
  };
}
