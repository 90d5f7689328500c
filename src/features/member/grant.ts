import type { Caller } from "@/access/caller";
import { mayGrant, type Role, rolePermissions, roles } from "@/access/policy";
import { Fault } from "@/lib/fault";

/**
 * Refuse to hand out a role, or to touch its holder, when it may do more than the caller: than their own role, and
 * for a key than the key itself.
 * @throws Fault `forbidden` reason `role_above_own`
 */
export function demandGrant(caller: Caller, role: string): void {
  const known = roles.find((each) => each === role);
  if (known && mayGrant(caller.role, known) && holdsAll(caller, known)) return;
  throw new Fault("forbidden", { code: "role_above_own", params: { role } });
}

function holdsAll(caller: Caller, role: Role): boolean {
  return rolePermissions[role].every((permission) => caller.permissions.has(permission));
}
