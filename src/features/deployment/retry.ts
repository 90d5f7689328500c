import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import { actorOf } from "@/features/deployment/actor";
import type { Deployment, OneDeployment } from "@/features/deployment/contract";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";
import { repositoriesOf } from "@/features/deployment/repositories-of";
import { hasEnded } from "@/features/deployment/status";
import { Commit } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * Deploy the same once more: the same commit when it was found, else the ref again; of a promotion the same release.
 * @returns the new deployment
 * @throws Fault `not_found` | `conflict` reason `deploy_not_ended`
 */
export async function retry(caller: Caller, { deploymentId }: OneDeployment): Promise<Deployment> {
  const row = await findDeployment(caller, deploymentId);
  if (!hasEnded(row)) throw new Fault("conflict", { code: "deploy_not_ended" });
  const { applicationId, environmentId, ref, withSecrets, fetchRef, promotedFromId } = row;
  const commit = Commit.safeParse(row.commit).data;
  const { gitProviderId } = await db().application.findUniqueOrThrow({ where: { applicationId } });
  const wanted = {
    applicationId,
    environmentId,
    ref,
    commit,
    withSecrets,
    fetchRef,
    promotedFromId,
    trigger: "retry" as const,
    repositoriesOf: await repositoriesOf(caller, gitProviderId),
  };
  return toDeployment(await enqueueDeployment(actorOf(caller), wanted));
}
