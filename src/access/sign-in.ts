import { type Actor, writeAudit, writeAuditAlone } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { organizationOf, withFirstOrganization } from "@/access/first-organization";
import { verifyPassword } from "@/access/password";
import { startSession } from "@/access/session";
import { forgive, giveBack, takeTry } from "@/access/throttle";
import { db, transaction } from "@/db/client";
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
  const user = await db().user.findUnique({ where: { email: address }, include: withFirstOrganization });
  const right = await verifyPassword(password, user?.passwordHash ?? null);
  const organizationId = user && organizationOf(user);
  const actor = { organizationId, userId: user?.userId ?? null, apiKeyId: null, name: address };
  if (!user || !right) return refuse(origin, actor);
  await forgive("signInAccount", address);
  await giveBack("signInAddress", origin.address);
  return begin(origin, { ...actor, userId: user.userId });
}

const action = "session.signIn";

/** The same work for a wrong password and an unknown address. */
async function refuse(origin: Origin, actor: Actor): Promise<null> {
  await writeAuditAlone({ actor, origin, action, result: "denied", fault: "unauthenticated" });
  return null;
}

function begin(origin: Origin, actor: Actor & { userId: string }): Promise<string> {
  return transaction(async (tx) => {
    const sessionId = await startSession(actor.userId, origin, tx);
    await writeAudit(tx, { actor, origin, action, result: "ok" });
    return sessionId;
  });
}
