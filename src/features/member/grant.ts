import type { Caller } from "@/access/caller";
import { mayGrant } from "@/access/policy";
import { assertRole, findRole, type KnownRole } from "@/access/role";
import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";

/**
 * Check that a role has no more permissions than the caller: than their own role, and for a key than the key
 * itself.
 * @throws Fault `not_found` | `forbidden` reason `role_above_own`
 */
export async function assertGrant(db: Db, caller: Caller, role: string): Promise<KnownRole> {
  const known = await assertRole(db, caller.organizationId, role);
  if (mayGrant(caller.permissions, known.permissions)) return known;
  throw new Fault("forbidden", { code: "role_above_own", params: { role: known.name } });
}

/**
 * Refuse to change the holder of a role that may do more than the caller.
 * @throws Fault `forbidden` reason `role_above_own`
 */
export async function assertAtMostOwn(db: Db, caller: Caller, role: string): Promise<void> {
  if (await findRole(db, caller.organizationId, role)) await assertGrant(db, caller, role);
}
