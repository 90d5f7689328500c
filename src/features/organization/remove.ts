import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { db, transaction } from "@/db/client";
import type { RemovalReport } from "@/features/git-provider/contract";
import { system } from "@/features/git-provider/record/access";
import { readProviders } from "@/features/git-provider/record/read";
import { beginRemoval } from "@/features/git-provider/removal/begin";
import { joined, line } from "@/features/git-provider/removal/report";
import type { RemoveOrganization } from "@/features/organization/contract";
import { endAll } from "@/features/organization/end-all";
import { takeDown } from "@/features/site/take-down";
import { Fault } from "@/lib/fault";

/**
 * Remove the organization the caller acts in, with everything that belongs to it: what runs is stopped, its sites go
 * off the net, and its credentials are revoked at their hosts where possible. If the process dies on the way, nothing
 * runs in the organization any more and the removal can be repeated.
 * @returns what was done, and what is left for a person
 * @throws Fault `invalid_input` unless its name is given again
 */
export async function removeOrganization(caller: Caller, input: RemoveOrganization): Promise<RemovalReport> {
  const { organizationId } = caller;
  const { name } = await db().organization.findUniqueOrThrow({ where: { organizationId } });
  if (input.name.trim() !== name) {
    throw new Fault("invalid_input", { code: "organization_name_differs", params: { name } });
  }
  annotate({ target: { type: "organization", id: organizationId, name } });
  const { applications, providers } = await outOfService(organizationId);
  for (const application of applications) await takeDown(application);
  const ends = await endAll(providers);
  await db().organization.deleteMany({ where: { organizationId } });
  const gone = { done: [line({ code: "organization_gone", params: { name } })], left: [] };
  return joined(true, [...ends, gone]);
}

/** In one transaction, so that a deployment about to be published either comes before or finds its row deleted. */
async function outOfService(organizationId: string) {
  const providers = await readProviders(system(organizationId));
  const applications = await transaction(async (tx) => {
    const own = await tx.application.findMany({
      where: { organizationId },
      select: { applicationId: true, environments: { select: { environmentId: true, site: true } } },
    });
    await tx.application.deleteMany({ where: { organizationId } });
    for (const row of providers) await beginRemoval(tx, row);
    return own;
  });
  return { applications, providers };
}
