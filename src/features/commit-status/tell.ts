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
import {
  type ApplicationHost,
  type OpenHost,
  openApplicationHost,
} from "@/features/deployment/application-host";
import { siteUrl } from "@/features/site/url";
import { described } from "@/lib/described";
import { env } from "@/lib/env";
import { asFault, Fault, retryPolicy } from "@/lib/fault";
import { log } from "@/lib/log";

/** How long a host that does not answer is left alone with the other reports of its provider. */
const putOffMs = 30_000;
const reportsAtOnce = 4;

/** Tell the hosts whatever is due, after a failure or because a process died on the way. */
export async function tellDue(open: OpenHost = openApplicationHost): Promise<void> {
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
  open: OpenHost = openApplicationHost,
): Promise<boolean> {
  const claim = await claimReport(deploymentId);
  if (!claim) return false;
  let isTold: boolean;
  try {
    isTold = await setStatus(claim, open);
  } catch (error) {
    await putOff(claim, asFault(error));
    return true;
  }
  if (isTold) await recordTold(claim);
  else await recordUnsupported(claim);
  return true;
}

/** @returns false where the host, or this way of connecting to it, has no statuses */
async function setStatus(claim: Claim, open: OpenHost): Promise<boolean> {
  const { deploymentId, organizationId, applicationId, sha, context, wanted } = claim;
  const { environment: target, ...deployment } = await db().deployment.findUniqueOrThrow({
    where: { deploymentId },
    include: { environment: true },
  });
  const host = await open(applicationId);
  const { statuses } = host.forge;
  if (!statuses) return false;
  const pages = `${env().url}${await organizationPath(organizationId)}/applications/${applicationId}`;
  const url = `${pages}/deployments/${deploymentId}`;
  const description = describeStatus(wanted, deployment);
  const served = wanted === "success" || wanted === "warning" ? siteUrl(target.site) : null;
  const environment = { name: target.name, url: served, isPreview: target.kind === "preview" };
  const status = { sha, state: wanted, context, description, url, ref: deployment.ref, environment };
  try {
    await statuses.set(host.key, status);
  } catch (error) {
    throw explained(asFault(error), host);
  }
  return true;
}

/** A refusal for want of a permission says which one to add. */
function explained(fault: Fault, { provider, row, key }: ApplicationHost): Fault {
  if (fault.code !== "permission_missing" || fault.reason.code === "status_not_allowed") return fault;
  const scopes = provider.manifest.methods[row.authMethod]?.scopes ?? [];
  const needed = scopes.filter(({ needs }) => needs.includes("commitStatus")).map(({ name }) => name);
  const scope = needed.join(", ") || "the right to write statuses";
  const params = { host: provider.manifest.label, repository: key.fullName, scope };
  return new Fault("permission_missing", { code: "status_not_allowed", params }, { cause: fault });
}

async function putOff(claim: Claim, fault: Fault): Promise<void> {
  const { deploymentId, wantedAt, tries } = claim;
  // The database may have been away: only a refusal of the host is final.
  const isInternal = fault.code === "internal";
  if (isInternal) log.error({ deploymentId, ...described(fault.cause) }, "a commit status could not be set");
  const isFinal = !isInternal && retryPolicy(fault) === "never";
  const again = isFinal ? null : nextTry({ wantedAt, failures: tries + 1, retryAt: fault.retryAt });
  await recordFailed(claim, fault.reason, again);
  if (again) await putOffProvider(claim, fault.retryAt ?? new Date(Date.now() + putOffMs));
}
