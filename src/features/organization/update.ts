import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { roleNames } from "@/access/role";
import { db } from "@/db/client";
import type { Organization, UpdateOrganization } from "@/features/organization/contract";

/** Rename the organization the caller acts in. */
export async function updateOrganization(caller: Caller, input: UpdateOrganization): Promise<Organization> {
  const { organizationId, role } = caller;
  annotate({ target: { type: "organization", id: organizationId, name: input.name } });
  const { slug, name, createdAt } = await db().organization.update({
    where: { organizationId },
    data: { name: input.name },
  });
  const roleName = (await roleNames(db(), [role]))(role);
  return { organizationId, slug, name, role, roleName, active: true, createdAt: createdAt.toISOString() };
}
