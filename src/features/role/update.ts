import { note } from "@/access/act";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { lockedCaller } from "@/features/member/locked-caller";
import type { Role, UpdateRole } from "@/features/role/contract";
import { demandChangeable, demandNoPreset, demandOwn, namingConflicts } from "@/features/role/demand";
import { toRole } from "@/features/role/public";

/**
 * Change a role; whoever has it, and every key of theirs, may do just what it says from the next call on.
 * @throws Fault `not_found` | `forbidden` for a permission the caller lacks | `conflict` reason `name_taken`
 */
export async function update(caller: Caller, { roleId, name, permissions }: UpdateRole): Promise<Role> {
  if (permissions) demandOwn(caller, permissions);
  if (name) demandNoPreset(name);
  const data = { name, permissions: permissions && [...new Set(permissions)] };
  const [row, memberCount] = await namingConflicts(
    name ?? "",
    transaction(async (tx) => {
      const now = await lockedCaller(tx, caller);
      if (permissions) demandOwn(now, permissions);
      await demandChangeable(tx, now, roleId);
      const changed = await tx.role.update({ where: { roleId }, data });
      const target = { type: "role", id: roleId, name: changed.name };
      note({ target, details: permissions && { permissions } });
      const { organizationId } = caller;
      return [changed, await tx.member.count({ where: { organizationId, role: roleId } })] as const;
    }),
  );
  return toRole(row, memberCount);
}
