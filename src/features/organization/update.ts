import { note } from "@/access/act";
import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { Organization, UpdateOrganization } from "@/features/organization/contract";

/** Rename the organization the caller acts in. */
export async function updateOrganization(caller: Caller, input: UpdateOrganization): Promise<Organization> {
  const { organizationId, role } = caller;
  note({ target: { type: "organization", id: organizationId, name: input.name } });
  const { name, createdAt } = await db().organization.update({
    where: { organizationId },
    data: { name: input.name },
  });
  return { organizationId, name, role, active: true, createdAt: createdAt.toISOString() };
}
