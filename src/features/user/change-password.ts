import type { Principal } from "@/access/caller";
import { hashPassword, verifyPassword } from "@/access/password";
import { countAttempt, resetAttempts } from "@/access/rate-limit";
import { endSessions } from "@/access/session";
import { db, transaction } from "@/db/client";
import type { ChangePassword } from "@/features/user/contract";
import { Fault } from "@/lib/fault";

/**
 * Change one's own password and end every other session.
 * @throws Fault `forbidden` when the current password is wrong, `rate_limited` after many tries
 */
export async function changePassword(
  who: Principal,
  sessionId: string,
  input: ChangePassword,
): Promise<Record<string, never>> {
  const { userId } = who;
  await countAttempt("password", userId);
  const user = await db().user.findUniqueOrThrow({ where: { userId } });
  if (!(await verifyPassword(input.currentPassword, user.passwordHash))) {
    throw new Fault("forbidden", { code: "password_wrong" });
  }
  const passwordHash = await hashPassword(input.newPassword, "newPassword");
  await transaction(async (tx) => {
    await tx.user.update({ where: { userId }, data: { passwordHash } });
    await tx.passwordReset.deleteMany({ where: { userId } });
    await endSessions(tx, userId, sessionId);
  });
  await resetAttempts("password", userId);
  return {};
}
