import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { lockedCaller } from "@/features/member/locked-caller";
import { assertChangeable } from "@/features/role/assert";
import type { OneRole } from "@/features/role/contract";
import { Fault } from "@/lib/fault";
import type { Nothing } from "@/lib/shape";

/**
 * Remove a role that nobody has.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `role_in_use`
 */
export function remove(caller: Caller, { roleId }: OneRole): Promise<Nothing> {
  return transaction(async (tx) => {
    // Whoever gives a role holds this lock too: none can be given while it goes.
    const { name } = await assertChangeable(tx, await lockedCaller(tx, caller), roleId);
    await assertUnused(tx, caller.organizationId, { roleId, name });
    annotate({ target: { type: "role", id: roleId, name } });
    await tx.role.delete({ where: { roleId } });
    return {};
  });
}

async function assertUnused(
  tx: Db,
  organizationId: string,
  { roleId: role, name }: { roleId: string; name: string },
): Promise<void> {
  const open = { organizationId, role, acceptedAt: null, expiresAt: { gt: new Date() } };
  const members = await tx.member.count({ where: { organizationId, role } });
  const invitations = await tx.invitation.count({ where: open });
  if (members + invitations === 0) return;
  throw new Fault("conflict", { code: "role_in_use", params: { name, members, invitations } });
}
