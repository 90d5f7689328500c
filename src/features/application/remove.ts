import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { OneApplication } from "@/features/application/contract";
import { dedicatedProvidersOf } from "@/features/application/dedicated-providers";
import { findApplication } from "@/features/application/find";
import type { RemovalReport } from "@/features/git-provider/contract";
import { beginRemoval } from "@/features/git-provider/removal/begin";
import { finishRemoval } from "@/features/git-provider/removal/finish";
import { joined, line } from "@/features/git-provider/removal/report";
import { takeDown } from "@/features/site/take-down";
import { requestHooks } from "@/features/webhook/request";

/**
 * Remove an application with its environments, deployments, sites, mirror and dedicated provider. What runs for it
 * finds its deployment gone within seconds and stops. The dedicated credential is revoked at the host last, so that a
 * host that is down does not stop the removal.
 * @returns what was done, and what is left for a person
 * @throws Fault `not_found`
 */
export async function remove(caller: Caller, { applicationId }: OneApplication): Promise<RemovalReport> {
  const { organizationId } = caller;
  const { name } = await findApplication(caller, applicationId);
  const dedicated = await dedicatedProvidersOf({ organizationId, applicationId });
  const environments = await transaction(async (tx) => {
    const where = { applicationId, organizationId };
    const found = await tx.environment.findMany({ where, select: { environmentId: true } });
    await tx.application.deleteMany({ where });
    await requestHooks(tx, organizationId);
    for (const row of dedicated) await beginRemoval(tx, row);
    return found;
  });
  await takeDown({ applicationId, environments });
  const gone = { done: [line({ code: "application_gone", params: { name } })], left: [] };
  const ends = await Promise.all(dedicated.map(finishRemoval));
  return joined(true, [gone, ...ends.filter((end) => end !== null)]);
}
