import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { roleNames } from "@/access/role";
import { transaction } from "@/db/client";
import { toMember } from "@/features/member/all";
import type { Member, UpdateMemberRole } from "@/features/member/contract";
import { assertAtMostOwn, assertGrant } from "@/features/member/grant";
import { lockedCaller } from "@/features/member/locked-caller";
import { assertAnotherOwner } from "@/features/member/owners";
import { Fault } from "@/lib/fault";

/**
 * Give a member another role; sessions and keys follow at their next call.
 * @throws Fault `not_found`, `forbidden` for a role above the caller's, `conflict` for the last owner
 */
export function updateMemberRole(caller: Caller, { memberId, role }: UpdateMemberRole): Promise<Member> {
  const { organizationId } = caller;
  return transaction(async (tx) => {
    const now = await lockedCaller(tx, caller);
    const member = await tx.member.findFirst({ where: { memberId, organizationId } });
    if (!member) throw new Fault("not_found", { code: "not_found", params: { what: "member" } });
    await assertAtMostOwn(tx, now, member.role);
    await assertGrant(tx, now, role);
    if (member.role === "owner" && role !== "owner") await assertAnotherOwner(tx, organizationId, memberId);
    const row = await tx.member.update({ where: { memberId }, data: { role }, include: { user: true } });
    const target = { type: "member", id: memberId, name: row.user.email };
    annotate({ target, details: { from: member.role, to: role } });
    return toMember(caller, row, await roleNames(tx, [role]));
  });
}
