import type { Caller } from "@/access/caller";
import { rolePermissions, roles } from "@/access/policy";
import { db } from "@/db/client";
import type { Role, RoleList } from "@/features/role/contract";
import { toRole } from "@/features/role/public";

/** The presets, then the roles that the organization made, by name. At most a hundred of those. */
export async function all({ organizationId }: Caller): Promise<RoleList> {
  const [own, counted] = await Promise.all([
    db().role.findMany({ where: { organizationId }, orderBy: { name: "asc" }, take: 100 }),
    db().member.groupBy({ by: ["role"], where: { organizationId }, _count: true }),
  ]);
  const counts = new Map(counted.map(({ role, _count }) => [role, _count]));
  const presets = roles.map(
    (role): Role => ({
      role,
      name: role,
      preset: true,
      permissions: [...rolePermissions[role]],
      memberCount: counts.get(role) ?? 0,
      createdAt: null,
    }),
  );
  const made = own.map((row) => toRole(row, counts.get(row.roleId) ?? 0));
  return { items: [...presets, ...made], nextCursor: null };
}
