import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { RevokeInvitation } from "@/features/member/contract";
import { withdrawOpen } from "@/features/member/withdraw";
import { Fault } from "@/lib/fault";

/** Withdraw an invitation that nobody has accepted. @throws Fault `not_found` | `forbidden` for one above the caller */
export async function revokeInvite(
  caller: Caller,
  { invitationId }: RevokeInvitation,
): Promise<Record<string, never>> {
  return transaction(async (tx) => {
    const [gone] = await withdrawOpen(tx, caller, { invitationId });
    if (!gone) throw new Fault("not_found", { code: "not_found", params: { what: "invitation" } });
    annotate({ target: { type: "invitation", id: invitationId, name: gone.email } });
    return {};
  });
}
