import { note } from "@/access/act";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { RemoveOrganization } from "@/features/organization/contract";
import { takeDown } from "@/features/site/take-down";
import { Fault } from "@/lib/fault";

/**
 * Remove the organization the caller acts in, with everything that belongs to it: its sites go off the net.
 * @throws Fault `invalid_input` unless its name is given again
 */
export async function removeOrganization(
  caller: Caller,
  input: RemoveOrganization,
): Promise<Record<string, never>> {
  const { organizationId } = caller;
  const { name } = await db().organization.findUniqueOrThrow({ where: { organizationId } });
  if (input.name.trim() !== name) {
    throw new Fault("invalid_input", { code: "organization_name_differs", params: { name } });
  }
  note({ target: { type: "organization", id: organizationId, name } });
  const applications = await db().application.findMany({
    where: { organizationId },
    select: { applicationId: true, environments: { select: { environmentId: true, site: true } } },
  });
  await db().organization.deleteMany({ where: { organizationId } });
  for (const application of applications) await takeDown(application);
  return {};
}
