import { type Permission, presetOf, rolePermissions } from "@/access/policy";
import { permissionsOf } from "@/access/signed-in";
import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";

/** A role that can be given in an organization. */
export interface KnownRole {
  /** What `member.role` holds: the name of a preset, or the id. */
  role: string;
  name: string;
  permissions: readonly Permission[];
}

/** The role of that name or id in an organization; null for one that is not there. */
export async function findRole(db: Db, organizationId: string, role: string): Promise<KnownRole | null> {
  const preset = presetOf(role);
  if (preset) return { role, name: preset, permissions: rolePermissions[preset] };
  if (role.includes("\0")) return null;
  const row = await db.role.findFirst({ where: { organizationId, roleId: role } });
  return row && { role, name: row.name, permissions: permissionsOf(role, row.permissions) ?? [] };
}

/** @throws Fault `not_found`, the same for foreign and made-up ids */
export async function assertRole(db: Db, organizationId: string, role: string): Promise<KnownRole> {
  const found = await findRole(db, organizationId, role);
  if (!found) throw new Fault("not_found", { code: "not_found", params: { what: "role" } });
  return found;
}

/** The names of roles by the value of `member.role`. A preset's name is that value. */
export async function roleNames(db: Db, roles: readonly string[]): Promise<(role: string) => string> {
  const own = roles.filter((role) => !presetOf(role));
  const rows = own.length > 0 ? await db.role.findMany({ where: { roleId: { in: own } } }) : [];
  const names = new Map(rows.map(({ roleId, name }) => [roleId, name]));
  return (role) => names.get(role) ?? role;
}
