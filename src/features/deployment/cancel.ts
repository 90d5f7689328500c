import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { announce } from "@/features/deployment/announce";
import type { Deployment, OneDeployment } from "@/features/deployment/contract";
import { findDeployment } from "@/features/deployment/find";
import { type DeploymentRow, toDeployment } from "@/features/deployment/public";
import { hasEnded } from "@/features/deployment/status";
import { closeSteps, readSteps } from "@/features/deployment/step";
import { Fault } from "@/lib/fault";

/**
 * Stop a deployment: at once while it waits, within seconds while it runs. Cancelling twice changes nothing.
 * @throws Fault `not_found` | `conflict` reason `deploy_ended` | `deploy_released`
 */
export function cancel(caller: Caller, { deploymentId }: OneDeployment): Promise<Deployment> {
  return transaction(async (tx) => {
    await findDeployment(caller, deploymentId, tx);
    await tx.$queryRaw`SELECT 1 FROM "deployment" WHERE "deploymentId" = ${deploymentId} FOR UPDATE`;
    const row = await findDeployment(caller, deploymentId, tx);
    if (row.status === "cancelled") return toDeployment(row);
    if (hasEnded(row)) {
      throw new Fault("conflict", { code: "deploy_ended", params: { status: row.status } });
    }
    if (row.released) throw new Fault("conflict", { code: "deploy_released" });
    await stop(tx, caller, row);
    await announce(tx, deploymentId);
    return toDeployment(await findDeployment(caller, deploymentId, tx));
  });
}

/**
 * A running deployment is stopped by its worker, which sees the request at the next heartbeat; a queued one ends here.
 */
async function stop(tx: Db, { name }: Caller, { deploymentId, status, steps }: DeploymentRow): Promise<void> {
  const reason = { reasonCode: "deploy_cancelled", reasonParams: { by: name } };
  const now = new Date();
  const data =
    status === "running"
      ? { ...reason, cancelRequestedAt: now }
      : { ...reason, status: "cancelled", finishedAt: now, steps: closeSteps(readSteps(steps), "cancelled") };
  await tx.deployment.update({ where: { deploymentId }, data });
}
