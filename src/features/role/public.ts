import { permissionsOf } from "@/access/signed-in";
import type { Role as Row } from "@/db/generated/client";
import type { Role } from "@/features/role/contract";

/** A role of an organization as the API shows it. */
export function toRole({ roleId, name, permissions, createdAt }: Row, memberCount: number): Role {
  return {
    role: roleId,
    name,
    preset: false,
    permissions: [...(permissionsOf(roleId, permissions) ?? [])],
    memberCount,
    createdAt: createdAt.toISOString(),
  };
}
