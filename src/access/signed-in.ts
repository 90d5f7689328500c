import type { Caller, Origin, Principal } from "@/access/caller";
import { type Permission, permissions, type Role, rolePermissions } from "@/access/policy";
import { pool } from "@/db/client";
import { log } from "@/lib/log";

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
  /** Of a role that the organization made; null for a preset. */
  rolePermissions: string[] | null;
}

/**
 * SQL of `rolePermissions` for a row of `member`, read in the same statement, so that a change of a role counts at the
 * next call.
 */
export function rolePermissionsSql(member: string): string {
  return `(SELECT r.permissions FROM role r
    WHERE r."roleId" = ${member}.role AND r."organizationId" = ${member}."organizationId") AS "rolePermissions"`;
}

/**
 * The current permissions of a role; null for an unknown one. Permissions that this version does not know are left out.
 */
export function permissionsOf(role: string, own: readonly string[] | null): readonly Permission[] | null {
  if (Object.hasOwn(rolePermissions, role)) return rolePermissions[role as Role];
  return own && permissions.filter((permission) => own.includes(permission));
}

/** @param limit the permissions of a key: it never does more than its maker may now */
export function membershipOf(row: MemberRow, limit?: readonly string[]): Membership | null {
  const { memberId, organizationId, role } = row;
  const all = role === null ? null : permissionsOf(role, row.rolePermissions);
  if (!memberId || !organizationId || !role || !all) return null;
  const held = limit ? all.filter((permission) => limit.includes(permission)) : all;
  return { organizationId, memberId, role, permissions: new Set(held) };
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

interface Named {
  firstName: string;
  lastName: string;
  username: string | null;
  email: string;
}

/** What to call a person: the full name, else the user name, else the e-mail address. */
export function personName(person: Named): string {
  const full = `${person.firstName} ${person.lastName}`.trim();
  return full || person.username || person.email;
}

/** Two name fields from one: the last word is the last name. */
export function splitName(name: string): { firstName: string; lastName: string } {
  const words = name.trim().split(/\s+/);
  const lastName = words.length > 1 ? (words.pop() ?? "") : "";
  return { firstName: words.join(" "), lastName };
}

const running = new Set<string>();

/**
 * Record, after the answer, that a key or session was used. The statement skips rows updated within a minute, and a
 * process never runs two for one row at once.
 */
export function touch(statement: string, id: string): void {
  if (running.has(id)) return;
  running.add(id);
  pool()
    .query(statement, [id])
    .catch((error: Error & { code?: string }) => log.warn({ code: error.code }, "last use was not recorded"))
    .finally(() => running.delete(id));
}
