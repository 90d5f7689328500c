import { organizationPath } from "@/access/organization-slug";
import { db } from "@/db/client";
import {
  type Claim,
  claimReport,
  putOffProvider,
  recordFailed,
  recordTold,
  recordUnsupported,
  releaseReports,
} from "@/features/commit-status/claim";
import { describeStatus } from "@/features/commit-status/description";
import { nextTry } from "@/features/commit-status/pause";
import { type Opened, openForgeForOrganization } from "@/features/git-provider/client/open";
import { siteUrl } from "@/features/site/url";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { asFault, Fault, retryPolicy } from "@/lib/fault";
import { log } from "@/lib/log";

/** How a provider is opened; tests give a host of their own. */
export type OpenProvider = (
  organizationId: string,
  gitProviderId: string,
  options: { applicationId: string; signal: AbortSignal },
) => Promise<Pick<Opened, "forge" | "provider" | "row">>;

/** One call to a host. It holds up nothing but other reports. */
const deadlineMs = 20_000;
/** How long a host that does not answer is left alone with the other reports of its provider. */
const putOffMs = 30_000;
const reportsAtOnce = 4;

/** Tell the hosts whatever is due, after a failure or because a process died on the way. */
export async function tellDue(open: OpenProvider = openForgeForOrganization): Promise<void> {
  await releaseReports();
  const lane = async () => {
    while (await tellHost(undefined, open));
  };
  await Promise.all(Array.from({ length: reportsAtOnce }, lane));
}

/**
 * Tell the host the state of a report that is due, and write down how it went. What fails is tried again later, by
 * `tellDue`; the deployment itself never waits for it.
 * @param deploymentId which report; the one that has waited longest unless given
 * @returns whether one was due
 */
export async function tellHost(
  deploymentId?: string,
  open: OpenProvider = openForgeForOrganization,
): Promise<boolean> {
  const claim = await claimReport(deploymentId);
  if (!claim) return false;
  try {
    if (await setStatus(claim, open)) await recordTold(claim);
    else await recordUnsupported(claim);
  } catch (error) {
    await putDown(claim, error);
  }
  return true;
}

/** @returns false where the host, or this way of connecting to it, has no statuses */
async function setStatus(claim: Claim, open: OpenProvider): Promise<boolean> {
  const { deploymentId, organizationId, applicationId, sha, context, wanted } = claim;
  const {
    application,
    environment: target,
    ...deployment
  } = await db().deployment.findUniqueOrThrow({
    where: { deploymentId },
    include: { application: true, environment: true },
  });
  const { gitProviderId, repositoryId, repositoryFullName: fullName } = application;
  const signal = AbortSignal.timeout(deadlineMs);
  const opened = await open(organizationId, gitProviderId, { applicationId, signal });
  const { statuses } = opened.forge;
  if (!statuses) return false;
  const url = `${env().url}${await organizationPath(organizationId)}/applications/${applicationId}/deployments/${deploymentId}`;
  const description = describeStatus(wanted, deployment);
  const served = wanted === "success" || wanted === "warning" ? siteUrl(target.site) : null;
  const environment = { name: target.name, url: served, isPreview: target.kind === "preview" };
  const status = { sha, state: wanted, context, description, url, ref: deployment.ref, environment };
  try {
    await statuses.set({ ...(repositoryId && { id: repositoryId }), fullName }, status);
  } catch (error) {
    throw explained(asFault(error), opened, fullName);
  }
  return true;
}

/** A refusal for want of a permission says which one to add. */
function explained(
  fault: Fault,
  { provider, row }: Pick<Opened, "provider" | "row">,
  repository: string,
): Fault {
  if (fault.code !== "permission_missing" || fault.reason.code === "status_not_allowed") return fault;
  const scopes = provider.manifest.methods[row.authMethod]?.scopes ?? [];
  const needed = scopes.filter(({ needs }) => needs.includes("commitStatus")).map(({ name }) => name);
  const scope = needed.join(", ") || "the right to write statuses";
  const params = { host: provider.manifest.label, repository, scope };
  return new Fault("permission_missing", { code: "status_not_allowed", params }, { cause: fault });
}

async function putDown(claim: Claim, error: unknown): Promise<void> {
  const fault = asFault(error);
  const { deploymentId, wantedAt, tries } = claim;
  if (fault.code === "internal") {
    log.error({ deploymentId, ...described(fault.cause) }, "a commit status could not be set");
  }
  const again =
    retryPolicy(fault) === "never"
      ? null
      : nextTry({ wantedAt, failures: tries + 1, retryAt: fault.retryAt });
  await recordFailed(claim, fault.reason, again);
  if (again) await putOffProvider(claim, fault.retryAt ?? new Date(Date.now() + putOffMs));
}
