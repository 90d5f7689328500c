import { annotate } from "@/access/audit-context";
import type { Principal } from "@/access/caller";
import { newOrganizationSlug } from "@/access/organization-slug";
import { transaction } from "@/db/client";
import type { CreateOrganization, Organization } from "@/features/organization/contract";

/** Make an organization, with the caller as its owner, and act in it from now on. */
export async function createOrganization(
  who: Principal,
  sessionId: string,
  input: CreateOrganization,
): Promise<Organization> {
  const organization = await transaction(async (tx) => {
    const made = await tx.organization.create({
      data: { name: input.name, slug: await newOrganizationSlug(tx, input.name) },
    });
    const { organizationId } = made;
    await tx.member.create({ data: { organizationId, userId: who.userId, role: "owner" } });
    await tx.session.updateMany({ where: { sessionId }, data: { activeOrganizationId: organizationId } });
    annotate({
      target: { type: "organization", id: organizationId, name: made.name },
      actor: { organizationId },
    });
    return made;
  });
  const { organizationId, slug, name, createdAt } = organization;
  return {
    organizationId,
    slug,
    name,
    role: "owner",
    roleName: "owner",
    active: true,
    createdAt: createdAt.toISOString(),
  };
}
