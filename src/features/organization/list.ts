import type { Principal } from "@/access/caller";
import { roleNames } from "@/access/role";
import type { Membership } from "@/access/signed-in";
import { db } from "@/db/client";
import type { OrganizationList } from "@/features/organization/contract";

/** The organizations of the caller, oldest first. A key sees its own only. */
export async function listOrganizations(
  who: Principal,
  membership: Membership | null,
): Promise<OrganizationList> {
  const only = who.via.kind === "key" ? { organizationId: membership?.organizationId ?? "" } : {};
  const rows = await db().member.findMany({
    where: { userId: who.userId, ...only },
    include: { organization: true },
    orderBy: [{ createdAt: "asc" }, { memberId: "asc" }],
  });
  const nameOf = await roleNames(
    db(),
    rows.map(({ role }) => role),
  );
  const items = rows.map(({ organization, role }) => ({
    organizationId: organization.organizationId,
    slug: organization.slug,
    name: organization.name,
    role,
    roleName: nameOf(role),
    active: organization.organizationId === membership?.organizationId,
    createdAt: organization.createdAt.toISOString(),
  }));
  return { items, nextCursor: null };
}
