import { acceptInvite } from "@/features/member/accept-invite";
import { allMembers } from "@/features/member/all";
import {
  AcceptInvite,
  AcceptInviteResult,
  AllMembers,
  InviteMember,
  InviteMemberResult,
  InvitePreview,
  InvitePreviewResult,
  Member,
  MemberList,
  RemoveMember,
  RevokeInvitation,
  UpdateMemberRole,
} from "@/features/member/contract";
import { inviteMember } from "@/features/member/invite";
import { leaveOrganization } from "@/features/member/leave";
import { previewInvite } from "@/features/member/preview-invite";
import { removeMember } from "@/features/member/remove";
import { revokeInvite } from "@/features/member/revoke-invite";
import { updateMemberRole } from "@/features/member/update-role";
import { Nothing } from "@/lib/shape";
import { anyone, may, router, sessionOnly } from "@/rpc/procedure";

export const memberRouter = router({
  all: may("member:read", { summary: "The members of the organization" })
    .input(AllMembers)
    .output(MemberList)
    .query(({ ctx, input }) => allMembers(ctx.who, input)),
  invite: may("member:write", { summary: "Make an invitation link", answersSecret: true })
    .input(InviteMember)
    .output(InviteMemberResult)
    .mutation(({ ctx, input }) => inviteMember(ctx.who, input)),
  previewInvite: anyone({ summary: "What an invitation is for" })
    .input(InvitePreview)
    .output(InvitePreviewResult)
    .query(({ ctx, input }) => previewInvite(ctx.origin, input)),
  acceptInvite: anyone({ summary: "Join an organization by invitation" })
    .input(AcceptInvite)
    .output(AcceptInviteResult)
    .mutation(async ({ ctx, input }) => acceptInvite(ctx.origin, await ctx.visitor(), input)),
  revokeInvite: may("member:write", { summary: "Withdraw an invitation" })
    .input(RevokeInvitation)
    .output(Nothing)
    .mutation(({ ctx, input }) => revokeInvite(ctx.who, input)),
  updateRole: may("member:write", { summary: "Give a member another role" })
    .input(UpdateMemberRole)
    .output(Member)
    .mutation(({ ctx, input }) => updateMemberRole(ctx.who, input)),
  remove: may("member:write", { summary: "Remove a member with their keys" })
    .input(RemoveMember)
    .output(Nothing)
    .mutation(({ ctx, input }) => removeMember(ctx.who, input)),
  leave: sessionOnly({ summary: "Leave the organization" })
    .output(Nothing)
    .mutation(async ({ ctx }) => leaveOrganization(await ctx.caller())),
});
