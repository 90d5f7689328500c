import { annotate } from "@/access/audit-context";
import type { Origin, Principal } from "@/access/caller";
import { hashPassword } from "@/access/password";
import { countAttempt, refundAttempt } from "@/access/rate-limit";
import { splitName } from "@/access/signed-in";
import { type Db, db, transaction } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import type { AcceptInvite, AcceptInviteResult } from "@/features/member/contract";
import { alive, deadInvitation, findInvitation } from "@/features/member/invitation";
import { lockMembers } from "@/features/member/owners";
import { Fault } from "@/lib/fault";

/**
 * Join an organization with the token of an invitation link: as the invited account when there is one, else with a
 * new account of that address.
 * @param visitor who is signed in, if anyone
 * @throws Fault `not_found` for an ended link, `unauthenticated` | `forbidden` when it is someone else's,
 * `invalid_input` without name and password for a new account, `conflict` for a member, `rate_limited`
 */
export async function acceptInvite(
  origin: Origin,
  visitor: Principal | null,
  input: AcceptInvite,
): Promise<AcceptInviteResult> {
  await countAttempt("token", origin.address);
  const { email } = await findInvitation(db(), input.token);
  await refundAttempt("token", origin.address);
  const join = await wayIn(email, visitor, input);
  try {
    return await transaction((tx) => accept(tx, input.token, join));
  } catch (error) {
    if (uniqueViolation(error) === null) throw error;
    throw new Fault("conflict", { code: "already_member", params: { email } });
  }
}

type Join = (tx: Db) => Promise<{ userId: string; sessionId?: string }>;

/** Who joins. Decided before the transaction, since hashing a password takes long. */
async function wayIn(email: string, visitor: Principal | null, input: AcceptInvite): Promise<Join> {
  if (visitor?.via.kind === "key") throw new Fault("forbidden", { code: "session_only" });
  if (visitor && visitor.email !== email) {
    throw new Fault("forbidden", { code: "invite_other_email", params: { email } });
  }
  if (visitor?.via.kind === "session") {
    const { userId, via } = visitor;
    return async () => ({ userId, sessionId: via.sessionId });
  }
  if (await db().user.findUnique({ where: { email } })) {
    throw new Fault("unauthenticated", { code: "invite_sign_in", params: { email } });
  }
  return newAccount(email, input);
}

async function newAccount(email: string, { name, password }: AcceptInvite): Promise<Join> {
  if (!name || !password) throw new Fault("invalid_input", { code: "invite_account_missing" });
  const passwordHash = await hashPassword(password);
  return (tx) => tx.user.create({ data: { email, passwordHash, ...splitName(name) } });
}

async function accept(tx: Db, token: string, join: Join): Promise<AcceptInviteResult> {
  await lockMembers(tx, (await findInvitation(tx, token)).organizationId);
  // checked again under the row lock
  const { email, role, organizationId, invitationId } = await findInvitation(tx, token);
  const { count } = await tx.invitation.updateMany({
    where: { invitationId, ...alive(token) },
    data: { acceptedAt: new Date() },
  });
  if (count !== 1) throw deadInvitation();
  const { userId, sessionId } = await join(tx);
  const { memberId } = await tx.member.create({ data: { organizationId, userId, role } });
  annotate({
    target: { type: "member", id: memberId, name: email },
    actor: { organizationId, userId, name: email },
    details: { role },
  });
  if (sessionId) {
    await tx.session.updateMany({ where: { sessionId }, data: { activeOrganizationId: organizationId } });
  }
  return { userId, organizationId, email };
}
