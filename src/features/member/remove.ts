import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { RemoveMember } from "@/features/member/contract";
import { assertAtMostOwn } from "@/features/member/grant";
import { lockedCaller } from "@/features/member/locked-caller";
import { assertAnotherOwner, lockMembers } from "@/features/member/owners";
import { Fault } from "@/lib/fault";

/**
 * End a membership. Its keys go with it, and sessions stop acting in this organization.
 * @throws Fault `not_found`, `forbidden` for a member above the caller, `conflict` for the last owner
 */
export function removeMember(caller: Caller, { memberId }: RemoveMember): Promise<Record<string, never>> {
  const { organizationId } = caller;
  return transaction(async (tx) => {
    await lockMembers(tx, organizationId);
    const member = await tx.member.findFirst({
      where: { memberId, organizationId },
      include: { user: { select: { email: true } } },
    });
    if (!member) throw new Fault("not_found", { code: "not_found", params: { what: "member" } });
    if (memberId !== caller.memberId) await assertAtMostOwn(tx, await lockedCaller(tx, caller), member.role);
    if (member.role === "owner") await assertAnotherOwner(tx, organizationId, memberId);
    annotate({ target: { type: "member", id: memberId, name: member.user.email } });
    await tx.member.delete({ where: { memberId } });
    await tx.session.updateMany({
      where: { userId: member.userId, activeOrganizationId: organizationId },
      data: { activeOrganizationId: null },
    });
    return {};
  });
}
