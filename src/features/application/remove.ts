import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { OneApplication } from "@/features/application/contract";
import { findApplication } from "@/features/application/find";
import { takeDown } from "@/features/site/take-down";

/**
 * Remove an application with its environments, deployments, sites, mirror and own provider. What runs for it finds
 * its deployment gone within seconds and stops.
 * @throws Fault `not_found`
 */
export async function remove(
  caller: Caller,
  { applicationId }: OneApplication,
): Promise<Record<string, never>> {
  const { organizationId } = caller;
  const { environments } = await findApplication(caller, applicationId);
  await transaction(async (tx) => {
    await tx.application.deleteMany({ where: { applicationId, organizationId } });
    await tx.gitProvider.deleteMany({ where: { applicationId, organizationId } });
  });
  await takeDown({ applicationId, environments });
  return {};
}
