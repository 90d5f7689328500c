import type { Principal } from "@/access/caller";
import { permissions } from "@/access/policy";
import { roleNames } from "@/access/role";
import type { Membership } from "@/access/signed-in";
import { db } from "@/db/client";
import type { Me } from "@/features/user/contract";

/** Who is calling, and what they may do where they act now. */
export async function me(who: Principal, membership: Membership | null): Promise<Me> {
  const [user, organization] = await Promise.all([
    db().user.findUniqueOrThrow({ where: { userId: who.userId } }),
    membership && organizationOf(membership),
  ]);
  const { userId, email, username, firstName, lastName } = user;
  return {
    userId,
    email,
    username,
    firstName,
    lastName,
    name: who.name,
    instanceAdmin: who.instanceAdmin,
    organization,
    permissions: permissions.filter((permission) => membership?.permissions.has(permission)),
  };
}

async function organizationOf({
  organizationId,
  role,
}: Membership): Promise<NonNullable<Me["organization"]>> {
  const { slug, name } = await db().organization.findUniqueOrThrow({ where: { organizationId } });
  return { organizationId, slug, name, role, roleName: (await roleNames(db(), [role]))(role) };
}
