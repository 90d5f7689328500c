import { digest } from "@/access/digest";
import { db, transaction } from "@/db/client";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";

const lifetime = 3_600_000;

/**
 * A link with which the password of an account can be set once, within an hour. Earlier links stop working.
 * @throws Fault `not_found` when nobody has this e-mail address
 */
export async function createResetLink(email: string): Promise<{ url: string; expiresAt: Date }> {
  const user = await db().user.findUnique({ where: { email: email.trim().toLowerCase() } });
  if (!user) throw new Fault("not_found", { code: "no_such_account", params: { email } });
  const token = newSecret(32);
  const expiresAt = new Date(Date.now() + lifetime);
  await transaction(async (tx) => {
    await tx.passwordReset.deleteMany({ where: { userId: user.userId } });
    await tx.passwordReset.create({ data: { tokenHash: digest(token), userId: user.userId, expiresAt } });
  });
  return { url: `${env().url}/reset-password/${token}`, expiresAt };
}
