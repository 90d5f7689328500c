import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { lockedCaller } from "@/features/member/locked-caller";
import { assertChangeable, assertNoPreset, assertOwn, namingConflicts } from "@/features/role/assert";
import type { Role, UpdateRole } from "@/features/role/contract";
import { toRole } from "@/features/role/public";

/**
 * Change a role; its holders and their keys are limited to it from the next call on.
 * @throws Fault `not_found` | `forbidden` for a permission the caller lacks | `conflict` reason `name_taken`
 */
export async function update(caller: Caller, { roleId, name, permissions }: UpdateRole): Promise<Role> {
  if (permissions) assertOwn(caller, permissions);
  if (name) assertNoPreset(name);
  const data = { name, permissions: permissions && [...new Set(permissions)] };
  const [row, memberCount] = await namingConflicts(
    name ?? "",
    transaction(async (tx) => {
      const now = await lockedCaller(tx, caller);
      if (permissions) assertOwn(now, permissions);
      await assertChangeable(tx, now, roleId);
      const changed = await tx.role.update({ where: { roleId }, data });
      const target = { type: "role", id: roleId, name: changed.name };
      annotate({ target, details: permissions && { permissions } });
      const { organizationId } = caller;
      return [changed, await tx.member.count({ where: { organizationId, role: roleId } })] as const;
    }),
  );
  return toRole(row, memberCount);
}
