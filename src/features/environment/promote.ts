import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Deployment as DeploymentRow } from "@/db/generated/client";
import { actorOf, triggerOf } from "@/features/deployment/actor";
import type { Deployment } from "@/features/deployment/contract";
import { enqueueDeployment, type Wanted } from "@/features/deployment/enqueue";
import { toDeployment } from "@/features/deployment/public";
import { assertStanding } from "@/features/environment/assert-standing";
import type { PromoteEnvironment } from "@/features/environment/contract";
import { findEnvironment } from "@/features/environment/find";
import { assertNotFrozen } from "@/features/environment/frozen";
import type { EnvironmentRow } from "@/features/environment/public";
import { releaseFolder } from "@/features/site/folder";
import { damagedFiles } from "@/features/site/manifest";
import { Commit } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * Publish in an environment the very release that another one of its application serves, without fetching or building.
 * @returns the new deployment
 * @throws Fault `not_found` | `invalid_input` reason `promote_no_source` | `promote_same` | `conflict` reason
 * `promote_nothing` | `release_gone` | `environment_frozen` | `environment_is_preview`
 */
export async function promote(caller: Caller, input: PromoteEnvironment): Promise<Deployment> {
  const target = await findEnvironment(caller, input.environmentId);
  assertStanding(target);
  if (!input.force) assertNotFrozen(target);
  const served = await servedBy(caller, target, input.from ?? target.promotesFromId);
  const folder = releaseFolder(served.environmentId, served.rollbackOfId ?? served.deploymentId);
  if ((await damagedFiles(folder))?.length !== 0) throw new Fault("conflict", { code: "release_gone" });
  const actor = actorOf(caller);
  const wanted = { ...promotionOf(served), environmentId: target.environmentId, trigger: triggerOf(actor) };
  return toDeployment(await enqueueDeployment(actor, wanted));
}

async function servedBy(
  { organizationId }: Caller,
  target: EnvironmentRow,
  from: string | null,
): Promise<DeploymentRow> {
  if (!from) throw new Fault("invalid_input", { code: "promote_no_source" });
  if (from === target.environmentId) throw new Fault("invalid_input", { code: "promote_same" });
  const { applicationId } = target;
  const source = await db().environment.findFirst({
    where: { environmentId: from.replaceAll("\0", ""), organizationId, applicationId, kind: "standing" },
    include: { current: true },
  });
  if (!source) throw new Fault("not_found", { code: "not_found", params: { what: "environment" } });
  if (!source.current)
    throw new Fault("conflict", { code: "promote_nothing", params: { name: source.name } });
  return source.current;
}

/** What a promotion takes over from the deployment whose release it publishes. */
export function promotionOf(served: DeploymentRow): Omit<Wanted, "environmentId" | "trigger"> {
  const { applicationId, ref, withSecrets, fetchRef, deploymentId } = served;
  const commit = Commit.safeParse(served.commit).data;
  return { applicationId, ref, commit, withSecrets, fetchRef, promotedFromId: deploymentId };
}
