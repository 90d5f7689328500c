import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { digest } from "@/access/digest";
import { db, transaction } from "@/db/client";
import type { InviteMember, InviteMemberResult } from "@/features/member/contract";
import { assertGrant } from "@/features/member/grant";
import { isForLinks } from "@/features/member/invitation";
import { lockedCaller } from "@/features/member/locked-caller";
import { withdrawOpen } from "@/features/member/withdraw";
import { env } from "@/lib/env";
import { Fault } from "@/lib/fault";
import { newSecret } from "@/lib/id";
import { mail } from "@/lib/mail";

const lifetime = 7 * 86_400_000;

/**
 * Make an invitation link, good once within a week, and send it when e-mail is set up. It replaces an earlier
 * invitation of the same address.
 * @throws Fault `forbidden` for the role owner or one above the caller's, `conflict` when they are a member
 */
export async function inviteMember(caller: Caller, input: InviteMember): Promise<InviteMemberResult> {
  const { organizationId } = caller;
  const role = await assertGrant(db(), caller, input.role);
  if (!isForLinks(role)) throw new Fault("forbidden", { code: "invite_owner" });
  await assertStranger(organizationId, input.email);
  const token = newSecret(32);
  const { invitationId, expiresAt } = await replace(caller, input, digest(token));
  const inviteUrl = `${env().url}/invite/${token}`;
  mail({ to: input.email, subject: "You are invited to Slipway", text: letter(caller, inviteUrl) });
  return { invitationId, inviteUrl, expiresAt: expiresAt.toISOString() };
}

async function assertStranger(organizationId: string, email: string): Promise<void> {
  const member = await db().member.findFirst({ where: { organizationId, user: { email } } });
  if (member) throw new Fault("conflict", { code: "already_member", params: { email } });
}

async function replace(caller: Caller, { email, role }: InviteMember, tokenHash: string) {
  const { organizationId, userId } = caller;
  const expiresAt = new Date(Date.now() + lifetime);
  return transaction(async (tx) => {
    await assertGrant(tx, await lockedCaller(tx, caller), role);
    await withdrawOpen(tx, caller, { email });
    const invitation = await tx.invitation.create({
      data: { organizationId, email, role, tokenHash, invitedById: userId, expiresAt },
    });
    annotate({ target: { type: "invitation", id: invitation.invitationId, name: email }, details: { role } });
    return invitation;
  });
}

function letter(caller: Caller, url: string): string {
  return `${caller.name} invites you to work with them in Slipway. Open this link within a week to accept:\n\n${url}\n`;
}
