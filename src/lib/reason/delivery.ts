import type { ReasonTable } from "@/lib/reason/table";

/** What came of a delivery, beside what its rules found. */
export const deliveryReasons = {
  delivery_no_application: (p) => `No application is deployed from ${p.repository}.`,
  delivery_provider_gone: () =>
    "The provider was removed before this delivery was worked, so nothing was done.",
  delivery_environment_gone: () => "The environment was removed before it could be deployed.",
  delivery_moved_on: (p) => `${p.ref} moved on while this was decided, again and again.`,
  delivery_told_before: (p) =>
    `Delivery ${p.deliveryId} told the same change before, from this or another webhook. What came of that one counts.`,
  delivery_preview_removed: (p) => `${p.why} Its preview was removed.`,
  delivery_repository_renamed: (p) =>
    `The host says that the repository ${p.was} is called ${p.now} now; the applications that use it follow.`,
  delivery_repository_unread: (p) => `The repository could not be read from the host: ${p.why}`,
  delivery_repository_known: (p) => `The host still calls the repository ${p.repository}.`,
  delivery_own_event: () =>
    "The host tells of a status, a check or a comment that Slipway itself made, so nothing follows from it.",
  delivery_checks_told: (p) => `Deployments of ${p.sha} that wait for checks look at them again.`,
  delivery_installation: (p) => `${p.count} providers use this installation; each was brought up to date.`,
  delivery_no_requests: () =>
    "Requests of this host cannot be read with this provider. Ask about the branch of the request instead.",
  delivery_no_commits: () =>
    "The commits of a branch cannot be listed on this host, so nothing can be shown for them.",
  delivery_waiting: (p) => `It is tried again. The last try ended with: ${p.why}`,
} satisfies ReasonTable;
