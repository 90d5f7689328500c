import type { ReasonTable } from "@/lib/reason/table";

/** Why a delivery of a webhook, or a part of one, led to nothing; and what each rule found that was looked at. */
export const webhookReasons = {
  hook_unreadable: (p) =>
    `The delivery was signed correctly, but ${p.what} could not be read, so nothing was done. If the host was updated, Slipway may need an update as well.`,
  hook_event_unused: (p) =>
    `Events of the kind "${p.event}" are not used. Leave them out of the webhook on the host to have fewer deliveries.`,
  hook_told_by_push: (p) => `The host tells the same by a push event, so "${p.event}" is not looked at.`,
  hook_action_unused: (p) =>
    `The action "${p.action}" changes nothing that is deployed: no commit, branch, label or state.`,
  hook_ref_other: (p) =>
    `"${p.ref}" is neither a branch nor a tag that git allows, so nothing is deployed from it.`,
  hook_push_empty: () => "The push names no branch and no tag that changed.",
} satisfies ReasonTable;
