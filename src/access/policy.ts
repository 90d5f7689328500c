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

/** The preset of that name; undefined for a role that an organization made. */
export function presetOf(role: string): Role | undefined {
  return roles.find((each) => each === role);
}

/** Whether the holder of the permissions `own` may give the permissions `other`: nobody gives more than they have. */
export function mayGrant(own: Iterable<Permission>, other: readonly Permission[]): boolean {
  const held = new Set(own);
  return other.every((permission) => held.has(permission));
}
