import type { Origin } from "@/access/caller";
import { roleNames } from "@/access/role";
import { giveBack, takeTry } from "@/access/throttle";
import { db } from "@/db/client";
import type { InvitePreview, InvitePreviewResult } from "@/features/member/contract";
import { findInvitation } from "@/features/member/invitation";

/** What an invitation is for, to the bearer of its link. @throws Fault `not_found`, `rate_limited` */
export async function previewInvite(origin: Origin, { token }: InvitePreview): Promise<InvitePreviewResult> {
  await takeTry("token", origin.address);
  const { email, role, organization } = await findInvitation(db(), token);
  await giveBack("token", origin.address);
  const account = await db().user.findUnique({ where: { email }, select: { userId: true } });
  return {
    organizationName: organization.name,
    email,
    role,
    roleName: (await roleNames(db(), [role]))(role),
    hasAccount: account !== null,
  };
}
