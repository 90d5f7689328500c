import { type Actor, nobody, writeAudit, writeAuditAlone } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { verifyPassword } from "@/access/password";
import {
  countAttempt,
  isFirstThisMinute,
  networkOf,
  refundAttempt,
  resetAttempts,
} from "@/access/rate-limit";
import { organizationOf, startSession, withFirstOrganization } from "@/access/session";
import { db, transaction } from "@/db/client";
import { Fault } from "@/lib/fault";
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
  await attempt(origin, address, "signInAddress", networkOf(origin.address));
  await attempt(origin, address, "signInAccount", address);
  const user = await db().user.findUnique({ where: { email: address }, include: withFirstOrganization });
  const right = await verifyPassword(password, user?.passwordHash ?? null);
  const organizationId = user && organizationOf(user);
  const actor = { organizationId, userId: user?.userId ?? null, apiKeyId: null, name: address };
  if (!user || !right) return refuse(origin, actor);
  await resetAttempts("signInAccount", address);
  await refundAttempt("signInAddress", origin.address);
  return begin(origin, { ...actor, userId: user.userId });
}

const action = "session.signIn";

/** Count an attempt; running out of them is audited once a minute. @throws Fault `rate_limited` */
async function attempt(
  origin: Origin,
  name: string,
  limit: "signInAddress" | "signInAccount",
  subject: string,
): Promise<void> {
  try {
    await countAttempt(limit, subject);
  } catch (error) {
    const actor = { ...nobody, name };
    const due = error instanceof Fault && isFirstThisMinute(`${limit} ${subject}`);
    if (due) await writeAuditAlone({ actor, origin, action, result: "denied", fault: error.code });
    throw error;
  }
}

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
