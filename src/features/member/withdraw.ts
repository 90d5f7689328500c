import type { Caller } from "@/access/caller";
import type { Db } from "@/db/client";
import { assertAtMostOwn } from "@/features/member/grant";

/**
 * Withdraw what is open of these invitations.
 * @returns those that were
 * @throws Fault `forbidden` reason `role_above_own` for one to a role that may do more than the caller
 */
export async function withdrawOpen(
  tx: Db,
  caller: Caller,
  which: { email: string } | { invitationId: string },
): Promise<{ invitationId: string; email: string }[]> {
  const where = { ...which, organizationId: caller.organizationId, acceptedAt: null };
  const open = await tx.invitation.findMany({ where });
  for (const { role } of open) await assertAtMostOwn(tx, caller, role);
  await tx.invitation.deleteMany({ where });
  return open;
}
