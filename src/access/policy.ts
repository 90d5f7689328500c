/** Everything a caller may be allowed to do. The list is the public API: append, never rename. */
export const permissions = [
  "provider:read",
  "provider:write",
  "provider:delete",
  "application:read",
  "application:write",
  "application:delete",
  "deployment:read",
  "deployment:run",
  "webhook:read",
  "webhook:write",
  "credential:issue",
  "member:read",
  "member:write",
  "apiKey:write",
  "audit:read",
  "organization:write",
  "organization:delete",
] as const;
export type Permission = (typeof permissions)[number];

export const roles = ["owner", "admin", "developer", "viewer"] as const;
export type Role = (typeof roles)[number];

const viewer: Permission[] = [
  "provider:read",
  "application:read",
  "deployment:read",
  "webhook:read",
  "member:read",
];
const developer: Permission[] = [
  ...viewer,
  "application:write",
  "application:delete",
  "deployment:run",
  "webhook:write",
  "credential:issue",
];

/** What each role may do. The one table: nothing else decides by role. */
export const rolePermissions: Record<Role, readonly Permission[]> = {
  viewer,
  developer,
  admin: permissions.filter((permission) => permission !== "organization:delete"),
  owner: permissions,
};

/** Whether `role` may hand out `other`: nobody lifts another above themselves. */
export function mayGrant(role: Role, other: Role): boolean {
  return roles.indexOf(role) <= roles.indexOf(other);
}
