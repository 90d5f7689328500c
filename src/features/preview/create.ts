import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { findApplication } from "@/features/application/find";
import { previewRulesOf } from "@/features/application/preview-contract";
import type { ApplicationRow } from "@/features/application/public";
import { repositoriesOf } from "@/features/deployment/repositories-of";
import { siteOf } from "@/features/environment/site";
import { branchPreviewName } from "@/features/preview/branch-name";
import type { CreatePreview, Preview } from "@/features/preview/contract";
import { deployPreview } from "@/features/preview/deploy";
import { shownPreview } from "@/features/preview/find";
import { openHost, openRequestOf } from "@/features/preview/host";
import { assertFreePlace, lockPreviewsOf } from "@/features/preview/lock";
import { openPreview } from "@/features/preview/open";
import { requestHooks } from "@/features/webhook/request";
import { assertDiskSpace } from "@/lib/disk";
import { Fault } from "@/lib/fault";
import type { PullRequest } from "@/providers/reporting";

/**
 * Make the preview of a branch or of an open request, or bring it to the newest commit. That of a fork waits for an
 * approval where the rules ask for it.
 * @throws Fault `not_found` | `conflict` reason `previews_off` | `request_not_open` | `preview_fork_never` |
 *   `preview_limit_reached`, or what the host answered
 */
export async function create(caller: Caller, input: CreatePreview): Promise<Preview> {
  const application = await findApplication(caller, input.applicationId);
  const rules = previewRulesOf(application);
  if (!rules) throw new Fault("conflict", { code: "previews_off" });
  await assertDiskSpace();
  const given = { application, repositoriesOf: await repositoriesOf(caller, application.gitProviderId) };
  const environmentId =
    input.branch === undefined
      ? await ofRequest(caller, given, { number: input.pullRequest ?? 0, forks: rules.forks })
      : await ofBranch(caller, given, input.branch);
  annotate({ details: { environmentId } });
  return shownPreview(caller, environmentId);
}

interface Given {
  application: ApplicationRow;
  repositoriesOf: string | undefined;
}

async function ofRequest(
  caller: Caller,
  given: Given,
  { number, forks }: { number: number; forks: "never" | "approval" | "always" },
): Promise<string> {
  const request = await openRequestOf(given.application, number);
  if (request.isFork && forks === "never") throw new Fault("conflict", { code: "preview_fork_never" });
  return transaction((tx) => openAndDeploy(tx, caller, given, { request, forks }));
}

async function openAndDeploy(
  tx: Db,
  caller: Caller,
  { application, repositoriesOf }: Given,
  { request, forks }: { request: PullRequest; forks: string },
): Promise<string> {
  const { isFork, head } = request;
  const { organizationId, applicationId } = application;
  const known = await tx.environment.findFirst({
    where: { organizationId, applicationId, requestNumber: request.number },
    select: { approvedShas: true },
  });
  const mayDeploy = !isFork || forks === "always" || known?.approvedShas.includes(head.sha) === true;
  const state = mayDeploy ? "deploy" : "approval";
  const wanted = { application, request, state, sha: head.sha, withSecrets: !isFork } as const;
  const { environmentId } = await openPreview(tx, wanted);
  if (!mayDeploy) return environmentId;
  const preview = await tx.environment.findUniqueOrThrow({ where: { environmentId } });
  const { ref, sha, fetchRef } = head;
  await deployPreview(tx, caller, { preview, ref, sha, fetchRef, repositoriesOf });
  return environmentId;
}

async function ofBranch(
  caller: Caller,
  { application, repositoriesOf }: Given,
  branch: string,
): Promise<string> {
  const { forge, key } = await openHost(application);
  const { sha } = await forge.refs.resolve(key, `refs/heads/${branch}`);
  return transaction(async (tx) => {
    const preview = await branchPreview(tx, application, branch, sha);
    await deployPreview(tx, caller, { preview, ref: branch, sha, repositoriesOf });
    await requestHooks(tx, application.organizationId);
    return preview.environmentId;
  });
}

async function branchPreview(
  tx: Db,
  { organizationId, applicationId }: ApplicationRow,
  branch: string,
  headSha: string,
) {
  const held = await lockPreviewsOf(tx, { organizationId, applicationId });
  const where = { organizationId, applicationId };
  const all = await tx.environment.findMany({ where });
  const known = all.find(
    (one) => one.kind === "preview" && one.requestNumber === null && one.branch === branch,
  );
  const data = { headSha, lastActivityAt: new Date(), closeSeenAt: null };
  if (known) return tx.environment.update({ where: { environmentId: known.environmentId }, data });
  assertFreePlace(held, null);
  const name = branchPreviewName(branch, new Set(all.map((one) => one.name)));
  const site = siteOf(held.slug, name);
  const { spaFallback } = held;
  const fixed = { name, branch, headRef: branch, site, kind: "preview", trigger: "push", spaFallback };
  return tx.environment.create({ data: { ...where, ...data, ...fixed } });
}
