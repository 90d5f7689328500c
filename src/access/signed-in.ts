import type { Caller, Origin, Principal } from "@/access/caller";
import { personName } from "@/access/person";
import { type Permission, permissions, type Role, rolePermissions, roles } from "@/access/policy";

/** A person's place in the organization the request acts in. */
export type Membership = Pick<Caller, "organizationId" | "memberId" | "role" | "permissions">;

/** Who a request comes from; without a membership when the person belongs to no organization. */
export interface SignedIn {
  principal: Principal;
  membership: Membership | null;
}

/** The columns of the person behind a key or a session. */
export interface PersonRow {
  userId: string;
  email: string;
  username: string | null;
  firstName: string;
  lastName: string;
  instanceAdmin: boolean;
}

/** The columns of the membership; all null when there is none. */
export interface MemberRow {
  memberId: string | null;
  organizationId: string | null;
  role: string | null;
}

const known = new Set<string>(permissions);

/** What a role may do now, cut to `limit` when a key calls. Unknown names in either are ignored. */
export function permissionsOf(role: Role, limit?: readonly string[]): ReadonlySet<Permission> {
  const all = rolePermissions[role];
  return new Set(
    limit ? all.filter((permission) => known.has(permission) && limit.includes(permission)) : all,
  );
}

export function membershipOf(row: MemberRow, limit?: readonly string[]): Membership | null {
  const role = roles.find((each) => each === row.role);
  if (!row.memberId || !row.organizationId || !role) return null;
  return {
    organizationId: row.organizationId,
    memberId: row.memberId,
    role,
    permissions: permissionsOf(role, limit),
  };
}

export function principalOf(row: PersonRow, via: Principal["via"], origin: Origin): Principal {
  return {
    userId: row.userId,
    email: row.email,
    name: personName(row),
    instanceAdmin: row.instanceAdmin,
    via,
    origin,
  };
}
