import { annotate } from "@/access/audit-context";
import type { Origin } from "@/access/caller";
import { digest } from "@/access/digest";
import { hashPassword } from "@/access/password";
import { countAttempt, refundAttempt } from "@/access/rate-limit";
import { endSessions, organizationOf, withFirstOrganization } from "@/access/session";
import { db, transaction } from "@/db/client";
import type { ResetPassword } from "@/features/user/contract";
import { Fault } from "@/lib/fault";

/**
 * Set a new password with the token of a reset link and end every session of the account.
 * @throws Fault `not_found` when the link is used up, expired or unknown; `rate_limited`
 */
export async function resetPassword(origin: Origin, input: ResetPassword): Promise<Record<string, never>> {
  await countAttempt("token", origin.address);
  const tokenHash = digest(input.token);
  const alive = { tokenHash, usedAt: null, expiresAt: { gt: new Date() } };
  const reset = await db().passwordReset.findFirst({ where: alive });
  if (!reset) throw dead();
  await refundAttempt("token", origin.address);
  const passwordHash = await hashPassword(input.newPassword, "newPassword");
  await transaction(async (tx) => {
    const { count } = await tx.passwordReset.updateMany({ where: alive, data: { usedAt: new Date() } });
    if (count !== 1) throw dead();
    const { userId } = reset;
    const user = await tx.user.update({
      where: { userId },
      data: { passwordHash },
      include: withFirstOrganization,
    });
    annotate({ actor: { organizationId: organizationOf(user), userId, name: user.email } });
    await endSessions(tx, reset.userId);
  });
  return {};
}

function dead(): Fault {
  return new Fault("not_found", { code: "reset_link_dead" });
}
