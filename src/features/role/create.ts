import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { lockedCaller } from "@/features/member/locked-caller";
import { assertNoPreset, assertOwn, assertRoom, namingConflicts } from "@/features/role/assert";
import type { CreateRole, Role } from "@/features/role/contract";
import { toRole } from "@/features/role/public";

/**
 * Make a role that members can be given.
 * @throws Fault `forbidden` for a permission the caller lacks | `conflict` reason `name_taken` | `too_many_roles`
 */
export async function create(caller: Caller, { name, permissions }: CreateRole): Promise<Role> {
  const { organizationId } = caller;
  assertOwn(caller, permissions);
  assertNoPreset(name);
  const data = { organizationId, name, permissions: [...new Set(permissions)] };
  const row = await namingConflicts(
    name,
    transaction(async (tx) => {
      assertOwn(await lockedCaller(tx, caller), permissions);
      await assertRoom(tx, organizationId);
      const made = await tx.role.create({ data });
      annotate({
        target: { type: "role", id: made.roleId, name },
        details: { permissions: made.permissions },
      });
      return made;
    }),
  );
  return toRole(row, 0);
}
