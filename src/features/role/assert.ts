import type { Caller } from "@/access/caller";
import { mayGrant, type Permission, presetOf } from "@/access/policy";
import { permissionsOf } from "@/access/signed-in";
import type { Db } from "@/db/client";
import type { Role as Row } from "@/db/generated/client";
import { uniqueViolation } from "@/db/violation";
import { Fault } from "@/lib/fault";

/** The most custom roles of one organization. */
const most = 100;

/** @throws Fault `forbidden` reason `role_beyond_maker`, naming what the caller lacks */
export function assertOwn(caller: Caller, wanted: readonly Permission[]): void {
  if (mayGrant(caller.permissions, wanted)) return;
  const permissions = wanted.filter((permission) => !caller.permissions.has(permission));
  throw new Fault("forbidden", { code: "role_beyond_maker", params: { permissions } });
}

/** The caller's role to change, one that may do no more than they. @throws Fault `not_found` | `forbidden` */
export async function assertChangeable(tx: Db, caller: Caller, roleId: string): Promise<Row> {
  const { organizationId } = caller;
  const where = { organizationId, roleId: roleId.replaceAll("\0", "") };
  const row = await tx.role.findFirst({ where });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "role" } });
  assertOwn(caller, permissionsOf(roleId, row.permissions) ?? []);
  return row;
}

/**
 * The name of a preset would be read as that preset.
 * @throws Fault `conflict` reason `name_taken`
 */
export function assertNoPreset(name: string): void {
  if (presetOf(name.toLowerCase())) throw taken(name);
}

/** @throws Fault `conflict` reason `too_many_roles` */
export async function assertRoom(tx: Db, organizationId: string): Promise<void> {
  if ((await tx.role.count({ where: { organizationId } })) < most) return;
  throw new Fault("conflict", { code: "too_many_roles", params: { limit: most } });
}

/** @throws Fault `conflict` reason `name_taken` in place of the database's refusal */
export async function namingConflicts<T>(name: string, write: Promise<T>): Promise<T> {
  return write.catch((error: unknown) => {
    throw uniqueViolation(error)?.includes("name") ? taken(name) : error;
  });
}

function taken(name: string): Fault {
  return new Fault("conflict", { code: "name_taken", params: { name } });
}
