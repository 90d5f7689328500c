import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { RevokeInvitation } from "@/features/member/contract";
import { Fault } from "@/lib/fault";

/** Withdraw an invitation that nobody has accepted. @throws Fault `not_found` */
export async function revokeInvite(
  caller: Caller,
  { invitationId }: RevokeInvitation,
): Promise<Record<string, never>> {
  const { organizationId } = caller;
  const { count } = await db().invitation.deleteMany({
    where: { invitationId, organizationId, acceptedAt: null },
  });
  if (count === 0) throw new Fault("not_found", { code: "not_found", params: { what: "invitation" } });
  return {};
}
