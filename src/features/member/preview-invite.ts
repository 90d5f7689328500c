import type { Origin } from "@/access/caller";
import { countAttempt, refundAttempt } from "@/access/rate-limit";
import { roleNames } from "@/access/role";
import { db } from "@/db/client";
import type { InvitePreview, InvitePreviewResult } from "@/features/member/contract";
import { findInvitation } from "@/features/member/invitation";

/** What an invitation is for, to the bearer of its link. @throws Fault `not_found`, `rate_limited` */
export async function previewInvite(origin: Origin, { token }: InvitePreview): Promise<InvitePreviewResult> {
  await countAttempt("token", origin.address);
  const { email, role, organization } = await findInvitation(db(), token);
  await refundAttempt("token", origin.address);
  const account = await db().user.findUnique({ where: { email }, select: { userId: true } });
  return {
    organizationName: organization.name,
    email,
    role,
    roleName: (await roleNames(db(), [role]))(role),
    hasAccount: account !== null,
  };
}
