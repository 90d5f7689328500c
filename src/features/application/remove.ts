import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { OneApplication } from "@/features/application/contract";
import { findApplication } from "@/features/application/find";
import { ownProvidersOf } from "@/features/application/own-providers-of";
import type { Receipt } from "@/features/git-provider/contract";
import { finishRemoval } from "@/features/git-provider/removal/finish";
import { markRemoval } from "@/features/git-provider/removal/mark";
import { joined, line } from "@/features/git-provider/removal/report";
import { takeDown } from "@/features/site/take-down";

/**
 * Remove an application with its environments, deployments, sites, mirror and own provider. What runs for it finds
 * its deployment gone within seconds and stops. The credential of its own provider is ended at the host last: a host
 * that is down does not stop it.
 * @returns what was done, and what is left for a person
 * @throws Fault `not_found`
 */
export async function remove(caller: Caller, { applicationId }: OneApplication): Promise<Receipt> {
  const { organizationId } = caller;
  const { name, environments } = await findApplication(caller, applicationId);
  const own = await ownProvidersOf({ organizationId, applicationId });
  await transaction(async (tx) => {
    await tx.application.deleteMany({ where: { applicationId, organizationId } });
    for (const row of own) await markRemoval(tx, row);
  });
  await takeDown({ applicationId, environments });
  const gone = { done: [line({ code: "application_gone", params: { name } })], left: [] };
  const ends = await Promise.all(own.map(finishRemoval));
  return joined(true, [gone, ...ends.filter((end) => end !== null)]);
}
