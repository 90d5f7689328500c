import type { ReasonTable } from "@/lib/reason/table";

/** Previews of branches and requests, and their comments. */
export const previewReasons = {
  previews_off: () =>
    "This application has no previews. Switch them on in its settings first, by choosing what gets one.",
  preview_variables_missing: () =>
    "The environment whose variables previews are to get is not one of this application. Choose another one of its environments.",
  preview_limit_reached: (p) =>
    `The application may have ${p.limit} previews at a time, and has them. Remove one, or raise the limit in its settings.`,
  preview_fork_never: () =>
    "The request comes from another repository, and the settings of previews say that those get none.",
  preview_not_of_fork: () =>
    "Only previews of requests from another repository wait for an approval; this one is deployed by itself.",
  preview_moved: (p) => `The request has another commit by now: ${p.sha}. Look at that one, then approve it.`,
  request_not_open: (p) =>
    `Request ${p.number} is ${p.state}, so it gets no preview. Open it again on the host, or make a preview of its branch.`,
  requests_unknown: () =>
    "This host has no pull or merge requests that Slipway could ask for. Make a preview of the branch instead.",
  preview_removed_by: (p) => `${p.by} removed the preview. The next push makes it anew.`,
  preview_idle: (p) =>
    `Nothing was pushed for ${p.days} days, so the preview was removed. The next push makes it anew.`,
  preview_close_lost: (p) =>
    `The request was found ${p.state} at the host, which had not told so. Look at the deliveries of its webhook if this happens again.`,
  preview_request_lost: () =>
    "The request was found to be gone at the host, which had not told so. Look at the deliveries of its webhook if this happens again.",
  requests_incomplete: () =>
    "The host's list of open requests could not be read to its end, so no preview was removed. It is read again soon.",
  preview_branch_gone: (p) => `The branch ${p.branch} is gone at the host, so its preview was removed.`,
  previews_switched_off: () => "Previews of this application were switched off.",
} satisfies ReasonTable;
