import { digest } from "@/access/digest";
import { mayGrant } from "@/access/policy";
import { findRole, type KnownRole } from "@/access/role";
import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";

/** The filter for an invitation that can still be accepted. */
export function alive(token: string) {
  return { tokenHash: digest(token), acceptedAt: null, expiresAt: { gt: new Date() } };
}

/**
 * The invitation behind a token. It gives no more than whoever sent it could give now: it ends with their membership,
 * and when the role has come to do more than they may.
 * @throws Fault `not_found` when it is used, withdrawn, expired or unknown
 */
export async function findInvitation(tx: Db, token: string) {
  const invitation = await tx.invitation.findFirst({
    where: alive(token),
    include: { organization: true },
  });
  if (!invitation || !(await isStillGiven(tx, invitation))) throw deadInvitation();
  return invitation;
}

interface Given {
  organizationId: string;
  role: string;
  invitedById: string | null;
}

async function isStillGiven(tx: Db, { organizationId, role, invitedById }: Given): Promise<boolean> {
  const known = await findRole(tx, organizationId, role);
  const sender = await tx.member.findFirst({ where: { organizationId, userId: invitedById ?? "" } });
  const own = sender && (await findRole(tx, organizationId, sender.role));
  if (!known || !own?.permissions.includes("member:write")) return false;
  return isForLinks(known) && mayGrant(own.permissions, known.permissions);
}

/**
 * Whether an invitation may carry the role. A link can be forwarded and an address mistyped, so ownership is given
 * to existing members only.
 */
export function isForLinks({ permissions }: Pick<KnownRole, "permissions">): boolean {
  return !permissions.includes("organization:delete");
}

export function deadInvitation(): Fault {
  return new Fault("not_found", { code: "invite_dead" });
}
