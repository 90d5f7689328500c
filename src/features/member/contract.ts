import { z } from "zod";
import { roles } from "@/access/policy";
import { Password } from "@/features/setup/contract";
import { Email, Id, Instant, Name, optional, PageQuery, pageOf } from "@/lib/shape";

/** A preset, or the id of a role that the organization made. */
const RoleName = z.union([z.enum(roles), Id]);

/** `role` is a preset or an id, `roleName` what people call it. */
export const Member = z.object({
  memberId: Id,
  userId: Id,
  email: z.string(),
  name: z.string(),
  role: z.string(),
  roleName: z.string(),
  you: z.boolean(),
  createdAt: Instant,
});
export type Member = z.infer<typeof Member>;

/** An invitation that nobody has accepted yet. Its link is shown only when it is made. */
export const Invitation = z.object({
  invitationId: Id,
  email: z.string(),
  role: z.string(),
  roleName: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
  expired: z.boolean(),
});
export type Invitation = z.infer<typeof Invitation>;

export const AllMembers = PageQuery;
export type AllMembers = z.infer<typeof AllMembers>;
/** `invitations` come with the first page, for those who may withdraw them. */
export const MemberList = pageOf(Member).extend({ invitations: z.array(Invitation) });
export type MemberList = z.infer<typeof MemberList>;

export const InviteMember = z.object({ email: Email, role: RoleName });
export type InviteMember = z.infer<typeof InviteMember>;
export const InviteMemberResult = z.object({ invitationId: Id, inviteUrl: z.string(), expiresAt: Instant });
export type InviteMemberResult = z.infer<typeof InviteMemberResult>;
export const RevokeInvitation = z.object({ invitationId: Id });
export type RevokeInvitation = z.infer<typeof RevokeInvitation>;

/** Someone without an account gives a name and a password; someone with one is signed in as the invited address. */
export const AcceptInvite = z.object({
  token: z.string().min(1).max(200),
  name: optional(Name),
  password: optional(Password),
});
export type AcceptInvite = z.infer<typeof AcceptInvite>;
export const AcceptInviteResult = z.object({ userId: Id, organizationId: Id, email: z.string() });
export type AcceptInviteResult = z.infer<typeof AcceptInviteResult>;

/** What the invitation page shows before anything is accepted. */
export const InvitePreview = z.object({ token: z.string().min(1).max(200) });
export type InvitePreview = z.infer<typeof InvitePreview>;
export const InvitePreviewResult = z.object({
  organizationName: z.string(),
  email: z.string(),
  role: z.string(),
  roleName: z.string(),
  hasAccount: z.boolean(),
});
export type InvitePreviewResult = z.infer<typeof InvitePreviewResult>;

export const UpdateMemberRole = z.object({ memberId: Id, role: RoleName });
export type UpdateMemberRole = z.infer<typeof UpdateMemberRole>;
export const RemoveMember = z.object({ memberId: Id });
export type RemoveMember = z.infer<typeof RemoveMember>;
