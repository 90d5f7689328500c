import { digest } from "@/access/digest";
import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";

/** What finds an invitation that can still be accepted. */
export function alive(token: string) {
  return { tokenHash: digest(token), acceptedAt: null, expiresAt: { gt: new Date() } };
}

/** The invitation behind a token. @throws Fault `not_found` when it is used, withdrawn, expired or unknown */
export async function findInvitation(tx: Db, token: string) {
  const invitation = await tx.invitation.findFirst({
    where: alive(token),
    include: { organization: true },
  });
  if (!invitation) throw deadInvitation();
  return invitation;
}

export function deadInvitation(): Fault {
  return new Fault("not_found", { code: "invite_dead" });
}
