import type { Caller } from "@/access/caller";
import { removeMember } from "@/features/member/remove";

/** Leave the organization the caller acts in. @throws Fault `conflict` for the last owner */
export function leaveOrganization(caller: Caller): Promise<Record<string, never>> {
  return removeMember(caller, { memberId: caller.memberId });
}
