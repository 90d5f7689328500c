import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { announce } from "@/features/deployment/announce";
import type { Deployment, OneDeployment } from "@/features/deployment/contract";
import { findDeployment } from "@/features/deployment/find";
import { type DeploymentRow, toDeployment } from "@/features/deployment/public";
import { endQueued, requestCancel } from "@/features/deployment/state";
import { hasEnded } from "@/features/deployment/status";
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
async function stop(tx: Db, { name }: Caller, { deploymentId, status }: DeploymentRow): Promise<void> {
  const reason = { code: "deploy_cancelled", params: { by: name } };
  if (status === "queued") await endQueued(tx, deploymentId, { status: "cancelled", reason });
  else await requestCancel(tx, deploymentId, reason);
}
