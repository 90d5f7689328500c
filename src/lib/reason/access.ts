import type { ReasonTable } from "@/lib/reason/table";

/** Who is calling and what they may do. */
export const accessReasons = {
  internal: () => "Something went wrong on our side. Try again; if it stays, report the request id.",
  database_busy: () =>
    "Something else is at work on the same thing and did not end. Try again in a few seconds.",
  database_away: () => "The database cannot be reached at the moment. Try again in a few seconds.",
  signed_out: () => "You are not signed in. Sign in, or send a valid API key as x-api-key.",
  key_invalid: () =>
    "This API key is not valid: it is wrong, expired or revoked. Create a new one under Settings, API keys.",
  session_only: () => "This works in the web app only. Sign in there; an API key cannot do it.",
  permission_denied: (p) =>
    `This needs the permission ${p.permission}. Ask an owner or admin of the organization for it.`,
  instance_admin_only: () => "Only an administrator of this instance may do this. Ask whoever set it up.",
  organization_switched: () =>
    "Another tab switched to another organization, so nothing was changed. Go on in the organization of this page, then send again.",
  no_organization: () => "You are not a member of an organization yet. Create one or ask for an invitation.",
  cross_origin: () =>
    "This request came from another site and was refused. Open Slipway in its own tab and try again.",
  calls_limited: (p) =>
    `More than ${p.limit} calls were made within a minute. Go on after ${p.until}, and slower.`,
  streams_limited: (p) =>
    `More than ${p.limit} streams are open at once. Close the pages or clients that follow deployments and are not needed, then try again.`,
  verify_busy: () =>
    "The audit is being verified for others at the moment, which reads all of it. Try again in a minute.",
  too_many_tries: (p) => `Too many tries. Wait until ${p.until} and try again.`,
  not_found: (p) => `There is no such ${p.what ?? "item"}, or you may not see it. Check the id.`,
  setup_done: () => "Slipway is set up already. Sign in, or ask its owner for an invitation.",
  setup_token_wrong: () =>
    "This is not the set-up token. It was printed at the first start, and is the value of SLIPWAY_SETUP_TOKEN when that is set.",
  username_taken: (p) => `The user name "${p.username}" belongs to someone else. Choose another one.`,
  password_wrong: () =>
    "The current password is not right. Type it again, or reset it from the sign-in page.",
  password_common: () =>
    "This password is among the first that anybody would try. Choose another one: several words that do not belong together are good.",
  reset_link_dead: () =>
    "This reset link is used up, expired or was never valid. Ask for a new one on the sign-in page.",
  no_such_account: (p) => `Nobody has the e-mail address ${p.email}. Check its spelling.`,
  last_owner: () =>
    "This is the only owner, and an organization needs one. Make another member an owner first.",
  role_above_own: (p) =>
    `The role ${p.role} may do more than you may, so you cannot give it or change its holder. Ask an owner.`,
  role_beyond_maker: (p) =>
    `A role cannot do more than who makes or changes it, and you lack ${Array.isArray(p.permissions) ? p.permissions.join(", ") : "a permission"}. Leave that out, or ask an owner.`,
  too_many_roles: (p) =>
    `An organization has at most ${p.limit} roles of its own. Remove one that nobody needs.`,
  role_in_use: (p) =>
    `The role "${p.name}" cannot be removed: ${p.members} members and ${p.invitations} open invitations have it. Give them another one first.`,
  invite_owner: () =>
    "Nobody is invited as owner. Invite them as admin, and make them an owner once they have joined.",
  already_member: (p) => `${p.email} is a member of this organization already.`,
  invite_dead: () =>
    "This invitation is used up, withdrawn or expired, or its sender may no longer give it. Ask an admin of the organization for a new link.",
  invite_sign_in: (p) => `${p.email} has an account here. Sign in with it, then open this link again.`,
  invite_other_email: (p) =>
    `This invitation is for ${p.email}, and you are signed in as someone else. Sign out, then open the link again.`,
  invite_account_missing: () => "There is no account for this invitation yet. Give a name and a password.",
  key_beyond_maker: (p) =>
    `A key cannot do more than its maker, who lacks ${Array.isArray(p.permissions) ? p.permissions.join(", ") : "a permission"}. Leave that out.`,
  key_expiry_past: () => "The expiry lies in the past. Choose a later time, or none.",
  organization_name_differs: (p) => `Type the name of the organization, "${p.name}", to remove it.`,
} satisfies ReasonTable;
