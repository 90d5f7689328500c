import type { ReasonTable } from "@/lib/reason/table";

/** Why a delivery of a webhook, or a part of one, led to nothing; and what each rule found that was looked at. */
export const webhookReasons = {
  hook_unreadable: (p) =>
    `The delivery was signed correctly, but ${p.what} could not be read, so nothing was done. If the host was updated, Slipway may need an update as well.`,
  hook_duplicate: (p) =>
    `The host sent this delivery before: what came of delivery ${p.deliveryId} counts, so it was not worked again.`,
  hook_unknown: () =>
    "There is no webhook with this address and this secret. Compare both with what Slipway shows for the webhook.",
  hook_no_room: () =>
    "Slipway cannot keep this delivery at the moment. It asks the host later for what was missed; send it again if that takes too long.",
  hook_restored: () =>
    "A backup was restored before this delivery was worked. Replay it if what it told still counts.",
  hook_event_unused: (p) =>
    `Events of the kind "${p.event}" are not used. Leave them out of the webhook on the host to have fewer deliveries.`,
  hook_told_by_push: (p) => `The host tells the same by a push event, so "${p.event}" is not looked at.`,
  hook_action_unused: (p) =>
    `The action "${p.action}" changes nothing that is deployed: no commit, branch, label or state.`,
  hook_ref_other: (p) =>
    `"${p.ref}" is neither a branch nor a tag that git allows, so nothing is deployed from it.`,
  hook_push_empty: () => "The push names no branch and no tag that changed.",
  hook_not_allowed: (p) =>
    `${p.host} does not let this credential manage the webhooks of ${p.repository}. That needs an administrator of the repository${p.scope ? ` and a token with ${p.scope}` : ""}. Give the credential more, or add the webhook there by hand with the address and secret shown here.`,
  status_not_allowed: (p) =>
    `${p.host} does not let this credential set the status of commits of ${p.repository}. That needs a token with ${p.scope} of somebody who may push there.`,
  comment_not_allowed: (p) =>
    `${p.host} does not let this credential comment on requests of ${p.repository}. That needs ${p.scope}. Give the credential more, or switch off the comment in the settings for previews.`,
  request_gone: (p) =>
    `${p.host} has no request ${p.number} in ${p.repository}, or this credential may not see it. A request that was deleted has no preview.`,
  status_kept: (p) =>
    `${p.host} keeps the status "${p.state}" of this commit and takes no other one of this name after it.`,
  status_not_told: (p) =>
    `The host shows no status for this deployment beside its commit: ${p.said} Once that is mended, deploy again to have one.`,
  status_delayed: (p) =>
    `The host does not show yet beside the commit how this deployment went: ${p.said} It is told again for up to 10 hours.`,
  hook_rejected: (p) =>
    `${p.count} deliveries for ${p.repository} had a wrong signature, the last at ${p.lastAt}, and none had a right one since. The secret at the host seems to differ from the one here: have the webhook repaired, or its secret replaced.`,
  hook_stopped: (p) =>
    `${p.host} has stopped sending to this webhook after failures${p.until ? `, until ${p.until}` : ""}. Have it repaired here once the address can be reached.`,
  hook_failing: (p) =>
    `The last deliveries of ${p.host} to this webhook failed. It stops sending when that goes on.`,
  hook_none: (p) => `${p.host} cannot tell of changes by itself, so it is asked for them.`,
  hook_address_private: (p) =>
    `${p.host} is on the Internet and cannot reach the private address of this instance, so it is asked for changes. Set SLIPWAY_URL to a public address to have webhooks.`,
  hook_repaired: (p) => `The webhook was repaired, and what was missed is fetched. Before that: ${p.why}`,
  hook_made_again: (p) =>
    `The webhook was gone from ${p.host}: somebody deleted it. It was made again, and what was missed is fetched.`,
  webhook_removed: (p) => `The webhook of ${p.repository} was removed at the host.`,
  webhook_would_go: (p) => `The webhook of ${p.repository} would be removed at the host.`,
  webhook_left: (p) =>
    `The webhook of ${p.repository} is still at the host${p.text ? `: ${p.text}` : "."} Delete the one with the address ${p.address} in the settings of the repository.`,
  hook_busy: () => "This webhook is being looked after at this moment. Try again in a minute.",
  hook_unneeded: () =>
    "No environment of this application is deployed by pushes or tags, and it has no previews, so it needs no webhook.",
  webhook_restored: () =>
    "This is a copy, restored from a backup. The instance it was made of may still use this webhook, so the host is told and asked nothing. Have it repaired here to take it over.",
  webhook_address_changed: (p) =>
    `The address of this instance was changed. The webhook still has ${p.from}; it has to be ${p.to}.`,
  app_hook_elsewhere: (p) =>
    `The webhook of the App sends to ${p.found}, not here. Have it set to ${p.url} here, unless something else needs it.`,
  app_hook_without_secret: () =>
    "The secret of the App's webhook is not known here, so no delivery can be believed. Have a new one set here.",
  app_hook_inactive: (p) =>
    `The webhook of the App is switched off. Tick "Active" below "Webhook"${at(p.at)}, and save; its address is ${p.url}.`,
  rule_event_push: () => "Previews follow pull requests, so a push means nothing to them.",
  rule_event_request: () => "Only previews follow pull requests.",
  rule_event_ping: () => "The host tried the address, and its delivery arrived.",
  rule_event_no_deployment: () =>
    "This event changes what is known of the repository or the installation; nothing is deployed by it.",
  rule_provider_active: (p) => `The provider ${p.name} is active.`,
  rule_provider_inactive: (p) =>
    `The provider ${p.name} is switched off, so nothing is deployed from it. Switch it on, then replay this delivery.`,
  rule_repository_same: (p) => `The event is about ${p.repository}, which this application deploys.`,
  rule_repository_renamed: (p) =>
    `The event is about ${p.now}, which was ${p.repository}: it is the same repository by its permanent id.`,
  rule_repository_other: (p) => `The event is about ${p.repository}; this application deploys ${p.wanted}.`,
  rule_trigger_manual: () =>
    "This environment is deployed by hand only. Choose another trigger in its settings to have it follow a branch or tags.",
  rule_trigger_fits: (p) =>
    `The environment follows ${p.wanted === "tag" ? "tags" : "branches"}, and this is a ${p.got}.`,
  rule_trigger_other: (p) =>
    `The environment follows ${p.wanted === "tag" ? "tags" : "branches"}, and this is a ${p.got}.`,
  rule_ref_fits: (p) => `${p.ref} fits ${p.pattern}.`,
  rule_ref_other: (p) => `${p.ref} does not fit ${list(p.patterns)}.`,
  rule_ref_there: () => "It was not deleted.",
  rule_ref_deleted: (p) => `${p.ref} was deleted, so there is nothing to deploy.`,
  rule_changed: () => "It moved to another commit.",
  rule_forced: () => "Its history was rewritten by a forced push; what it points at now counts.",
  rule_unchanged: () => "It points at the same commit as before, as in a test delivery.",
  rule_not_frozen: () => "The environment is not frozen.",
  rule_frozen: (p) => `The environment is frozen: ${p.why}`,
  rule_skip_marker_off: () => "Markers such as [skip ci] are not looked at in this environment.",
  rule_skip_marker_none: () => "No commit is marked to be skipped.",
  rule_skip_marker_some: (p) =>
    `${p.marked} of ${p.count} commits told have ${p.marker}. A push is left out only when all of its commits have a marker, so that no change is lost.`,
  rule_skip_marker: (p) =>
    p.count === 1
      ? `The commit is marked with ${p.marker}.`
      : `All ${p.count} commits are marked, with ${p.marker}.`,
  rule_paths_all: () => "The environment watches all files.",
  rule_paths_new: () => "A new branch or tag counts as a change of every file.",
  rule_paths_fit: (p) => `${p.path} is watched and changed.`,
  rule_paths_needed: () => "The delivery does not tell all changed files, so the host is asked for them.",
  rule_paths_unknown: () =>
    "The changed files could not be read from the host, so the push counts as a change of watched ones.",
  rule_paths_other: (p) => `None of the ${p.count} changed files is watched by this environment.`,
  rule_head_needed: () => "The host is asked which commit is the newest now.",
  rule_head_unknown: (p) =>
    `The host could not be asked for a newer commit, so ${p.sha} of the delivery counts.`,
  rule_head_same: (p) => `${p.sha} is the newest commit.`,
  rule_head_moved: (p) =>
    `The newest commit is ${p.head} by now, no longer ${p.sha}, so that one is deployed.`,
  rule_head_superseded: (p) =>
    `The newest commit is ${p.head} by now, and its own event was already decided.`,
  rule_head_gone: () => "It is gone from the host by now, so there is nothing to deploy.",
  rule_commit_unknown: () =>
    "The delivery does not tell the whole commit id and the host could not be asked for it. Replay this delivery when the host answers again.",
  rule_current_other: (p) => `${p.sha} is not deployed yet.`,
  rule_current_same: (p) => `${p.sha} is already deployed here, or about to be.`,
  rule_request_open: () => "The request is open.",
  rule_request_closed: () => "The request was closed.",
  rule_request_merged: () => "The request was merged.",
  rule_previews_on: () => "The application has previews of requests.",
  rule_previews_off: () =>
    "The application has no previews of requests. Switch them on in its settings to have a preview of each.",
  rule_base_all: () => "Requests to every branch get a preview.",
  rule_base_other: (p) => `The request goes to ${p.ref}, which does not fit ${list(p.patterns)}.`,
  rule_labels_all: () => "No label is asked for.",
  rule_labels_untold: () =>
    "Previews need a label, and this host has none or does not tell them. Take the labels out of the settings of previews.",
  rule_label_there: (p) => `The request has the label ${p.label}.`,
  rule_label_missing: (p) => `The request has none of the labels ${list(p.labels)}.`,
  rule_not_draft: () => "The request is not a draft.",
  rule_draft_wanted: () => "The request is a draft, and drafts get a preview.",
  rule_draft: () => "The request is a draft. It gets a preview once it is marked as ready.",
  rule_preview_there: () => "The request has its preview already.",
  rule_limit_free: (p) => `The application has ${p.count} previews of at most ${p.limit}.`,
  rule_limit: (p) =>
    `The application has ${p.count} previews and may have ${p.limit}. Remove one or raise the limit, then replay this delivery.`,
  rule_not_fork: () => "The request comes from a branch of the repository itself.",
  rule_fork_never: () => "The request comes from another repository, and those get no preview.",
  rule_fork_without_secrets: () => "The request comes from another repository: its preview gets no secrets.",
  rule_fork_approval: (p) =>
    `The request comes from another repository. Somebody who may deploy has to look at ${p.sha} and approve it first.`,
} satisfies ReasonTable;

function list(names: unknown): string {
  return Array.isArray(names) ? names.join(", ") : "";
}

function at(page: unknown): string {
  return typeof page === "string" && page !== "" ? ` at ${page}` : "";
}
