import type { Origin } from "@/access/caller";
import { verifyPassword } from "@/access/password";
import { startSession } from "@/access/session";
import { forgive, giveBack, takeTry } from "@/access/throttle";
import { db } from "@/db/client";
import { Email } from "@/lib/shape";

const longest = 200;

/**
 * Check an e-mail address and a password and begin a session.
 * @returns the session id, or null: for a wrong password and an unknown address alike, after the same time
 * @throws Fault `rate_limited` after many tries on one account or from one address
 */
export async function signIn(origin: Origin, email: unknown, password: unknown): Promise<string | null> {
  const address = Email.safeParse(email).data;
  if (!address || typeof password !== "string" || password.length > longest) return null;
  await takeTry("signInAddress", origin.address);
  await takeTry("signInAccount", address);
  const user = await db().user.findUnique({ where: { email: address } });
  const right = await verifyPassword(password, user?.passwordHash ?? null);
  if (!user || !right) return null;
  await forgive("signInAccount", address);
  await giveBack("signInAddress", origin.address);
  return startSession(user.userId, origin);
}
