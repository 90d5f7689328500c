import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** What a Git host answered. `host` is the name of the product. */
export const hostReasons = {
  not_this_host: (p) =>
    `The address answers with a web page, not with the API of ${p.host}. Check the address, and that it is a ${p.host} server.`,
  host_unrecognized: (p) =>
    `No product that Slipway knows answers at ${p.address}. Check the address, or choose the product by hand.`,
  not_this_product: (p) =>
    `What answers at this address is not ${p.host}. Check the address with its sub-path, or choose the type of host that fits.`,
  host_page: (p) =>
    `A web page came in place of an answer of ${p.host} (${p.status}): a proxy, firewall or sign-in page stands in front of it. Let calls to its API through there, or check the address.`,
  host_not_json: (p) =>
    `${p.host} sent something that is not JSON, or only a part of it. Try again; if it stays, look for a proxy in front of it.`,
  host_shape: (p) =>
    `${p.host} sent an answer in an unexpected form (at ${p.field}). Check that its version is supported.`,
  host_answer_too_large: (p) =>
    `${p.host} sent a larger answer than is accepted. Narrow the query and try again.`,
  host_no_answer: (p) =>
    `${p.host} did not answer. Check that it is running and can be reached from here, then try again.`,
  host_redirects: (p) =>
    `${p.host} answered with a redirect (${p.status}). Use the address that it redirects to.`,
  host_refuses: (p) =>
    `${p.host} refused the request (${p.status}). Check the address and the version of the server.`,
  host_error: (p) => `${p.host} has a problem of its own (${p.status}). Try again in a few minutes.`,
  host_not_found: (p) =>
    `${p.host} does not know this, or the token may not see it. Check the name and the access of the token.`,
  host_legal_block: (p) =>
    `${p.host} does not hand this out for legal reasons (451). Look at its page there to see which, or choose another repository.`,
  repository_blocked: (p) =>
    `${p.host} has blocked access to this repository. Look at its page there to see why, or ask the support of ${p.host}.`,
  list_cut: (p) =>
    `${p.host} ended this list after ${p.shown} ${p.shown === 1 ? "entry" : "entries"}${typeof p.total === "number" ? ` and counts ${p.total}` : " and says that there are more"}, so some are missing here. Search for them by name; if it stays, look for a proxy that shortens its answers.`,
  list_too_long: (p) =>
    `This list goes no further than ${p.limit} entries, and ${p.host} has more. Search for what is missing by name.`,
  search_first_matches: (p) =>
    `${p.provider} has more matches than the first ${p.count}. Type more of the name to find the others.`,
  list_rows_unread: (p) =>
    `${p.count === 1 ? "One entry" : `${p.count} entries`} of this list could not be read, because ${p.host} sent an unexpected form. Enter the address of a repository that is missing here.`,
  list_without_sso: (p) =>
    `${p.host} left out what belongs to ${organizations(p.count)} with single sign-on, because this token is not authorized there. Open the list of your tokens on ${p.host}, choose Configure SSO beside this one and authorize it.`,
  list_without_owner: (p) =>
    `${p.host} does not let this credential read the list of ${p.owner}, so its repositories are missing here. Check the access of its account there.`,
  list_search_unfinished: (p) =>
    `${p.host} ran out of time in this search and gave only a part of what it found. Search for more of the name.`,
  list_search_narrowed: (p) =>
    `${p.host} was asked within the first ${p.limit} organizations of the account only. Choose the organization to search in the others.`,
  host_rate_limit: (p) =>
    `${p.host} takes no more requests with this token until ${moment(p.until)}. Wait until then.`,
  token_rejected: (p) =>
    `${p.host} refused this token: it is wrong, expired or revoked. Create a new one and paste it here.`,
  token_ignored: (p) =>
    `${p.host} answered as if nobody had signed in: the token is wrong, expired or revoked, or a proxy in front of it takes it away. Create a new one and paste it here.`,
  azure_token_rejected: (p) =>
    `${p.host} refused this token: it is wrong, expired, revoked, or made for all organizations, and those end on 2026-12-01. Create one for this organization and paste it here.`,
  azure_server_too_old: (p) =>
    `This server is older than Slipway can use${p.version ? `: it knows the REST API up to version ${p.version}, and 6.0 is needed` : ""}. Update it to Azure DevOps Server 2020 or newer.`,
  organization_needed: (p) =>
    `${p.host} keeps everything in organizations, and a token cannot tell its own. Enter the organization as in the address.`,
  organization_unknown: (p) =>
    `${p.host} knows no organization "${p.organization}". Check the spelling in the address of its page.`,
  repository_disabled: (p) =>
    `${p.repository} is disabled on ${p.host}, so nothing in it can be read. Enable it in the settings of its project, or choose another one.`,
  token_expired: (p) =>
    `${p.on ? `The token ended on ${p.on}` : `${p.host} refused this token: it has expired`}. Create a new one and paste it here.`,
  token_revoked: (p) => `${p.host} refused this token: it was revoked. Create a new one and paste it here.`,
  account_blocked: (p) =>
    `${p.host} knows this token, but lets its account do nothing: it is blocked, inactive or has something to confirm. Sign in to ${p.host} with that account, or ask its administrator.`,
  token_kind: (p) =>
    `This is a ${p.kind} of ${p.host}, which cannot read repositories for you. Create an access token and paste it here.`,
  scopes_untold: (p) =>
    `${p.host} does not tell what this token permits, so this shows only when it is used.`,
  owner_not_found: (p) =>
    `${p.host} knows no "${p.owner}" that this token may see. Check the spelling, and write the full path.`,
  token_missing: (p) => `There is no token for ${p.host} yet. Create one and paste it here.`,
  scopes_missing: (p) =>
    `${p.host} accepts this token, but it lacks ${list(p.scopes)}. ${p.granted ? "Permit it for the application that is registered there, then connect again." : "Create a token that has it."}`,
  permission_refused: (p) =>
    `${p.host} accepts this token but does not permit this. Check the access of its account.`,
  sso_required: (p) =>
    `${p.host} wants this token to be authorized for single sign-on${p.organization ? ` of ${p.organization}` : ""}. Open the list of your tokens there, choose Configure SSO beside this one and authorize it.`,
  token_policy: (p) =>
    `An organization on ${p.host} does not permit a token of this kind or life. Use the other kind of token or a shorter life, or ask an owner of the organization.`,
  ip_not_allowed: (p) =>
    `${p.host} refuses calls from the address of this server. Ask an owner of the organization to put it on the list of allowed addresses.`,
  host_call_gone: (p) =>
    `${p.host} has removed a call that this version of Slipway makes${p.change ? ` (${p.change})` : ""}. Update Slipway.`,
  app_password_removed: (p) =>
    `${p.host} ended app passwords on 28 July 2026 and refuses this one; an API token takes its place. Create an API token with scopes, choose the method API token and paste it here.`,
  workspace_needed: (p) =>
    `A repository, project or workspace access token of ${p.host} cannot tell where it belongs. Enter the workspace, as in the address of a repository.`,
  cursor_invalid: () => "This cursor is damaged or belongs to another query. Start again without a cursor.",
  name_invalid: (p) =>
    `"${p.name}" cannot be a name on this host. Check the spelling; a repository is written owner/name.`,
  ref_gone: (p) =>
    `There is no branch, tag or commit "${p.ref}" in ${p.repository}. It may have been deleted; choose another one.`,
  repository_empty: (p) => `The repository ${p.repository} has no commits yet. Push one, then try again.`,
} satisfies ReasonTable;

function organizations(count: ReasonParams[string] | undefined): string {
  return typeof count !== "number" || count === 0
    ? "organizations"
    : `${count} ${count === 1 ? "organization" : "organizations"}`;
}

/** An ISO instant as people write it: `10:10 UTC on 3 May 2026`. */
function moment(text: ReasonParams[string] | undefined): string {
  const at = new Date(String(text));
  if (Number.isNaN(at.getTime())) return "later";
  const day = at.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });
  return `${at.toISOString().slice(11, 16)} UTC on ${day}`;
}

function list(names: ReasonParams[string] | undefined): string {
  return Array.isArray(names) && names.length > 0 ? names.join(", ") : "a permission";
}
