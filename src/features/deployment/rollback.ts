import type { Caller } from "@/access/caller";
import { actorOf } from "@/features/deployment/actor";
import type { Deployment, OneDeployment } from "@/features/deployment/contract";
import { enqueueDeployment } from "@/features/deployment/enqueue";
import { findDeployment } from "@/features/deployment/find";
import { toDeployment } from "@/features/deployment/public";
import { releaseFolder } from "@/features/site/folder";
import { damagedFiles } from "@/features/site/manifest";
import { Commit } from "@/git/nouns";
import { Fault } from "@/lib/fault";

/**
 * Publish the kept files of an earlier deployment again, without fetching or building.
 * @returns the new deployment
 * @throws Fault `not_found` | `conflict` reason `rollback_not_released` | `release_gone`
 */
export async function rollback(caller: Caller, { deploymentId }: OneDeployment): Promise<Deployment> {
  const row = await findDeployment(caller, deploymentId);
  if (!row.released) throw new Fault("conflict", { code: "rollback_not_released" });
  const { applicationId, environmentId, ref, withSecrets, fetchRef } = row;
  const rollbackOfId = row.rollbackOfId ?? deploymentId;
  await assertFilesKept(releaseFolder(environmentId, rollbackOfId));
  const commit = Commit.safeParse(row.commit).data;
  const wanted = {
    applicationId,
    environmentId,
    ref,
    commit,
    withSecrets,
    fetchRef,
    rollbackOfId,
    trigger: "rollback" as const,
  };
  return toDeployment(await enqueueDeployment(actorOf(caller), wanted));
}

async function assertFilesKept(folder: string): Promise<void> {
  const damaged = await damagedFiles(folder);
  if (damaged?.length !== 0) throw new Fault("conflict", { code: "release_gone" });
}
