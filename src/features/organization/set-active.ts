import type { Principal } from "@/access/caller";
import { findRole } from "@/access/role";
import { db } from "@/db/client";
import type { Organization, SetActiveOrganization } from "@/features/organization/contract";
import { Fault } from "@/lib/fault";

/** Act in another organization of the caller from now on, in this session. @throws Fault `not_found` */
export async function setActiveOrganization(
  who: Principal,
  sessionId: string,
  { organizationId }: SetActiveOrganization,
): Promise<Organization> {
  const member = await db().member.findUnique({
    where: { organizationId_userId: { organizationId, userId: who.userId } },
    include: { organization: true },
  });
  const known = member && (await findRole(db(), organizationId, member.role));
  if (!member || !known) {
    throw new Fault("not_found", { code: "not_found", params: { what: "organization" } });
  }
  await db().session.updateMany({ where: { sessionId }, data: { activeOrganizationId: organizationId } });
  const { slug, name, createdAt } = member.organization;
  const { role, name: roleName } = known;
  return { organizationId, slug, name, role, roleName, active: true, createdAt: createdAt.toISOString() };
}
