import type { ReasonTable } from "@/lib/reason/table";

/** The authorization flow through a host's pages, and the refresh of its tokens. `host` is the product. */
export const authorizeReasons = {
  authorization_not_needed: (p) =>
    `The provider "${p.name}" signs in with the method "${p.method}", which has no step in the browser. Enter its credential in its settings instead.`,
  authorization_unsupported: (p) =>
    `This version of Slipway cannot authorize in the browser on ${p.host} with the method "${p.method}". Choose another method.`,
  authorization_unknown: () =>
    "This authorization was used already, or was started in another browser or session, or not by this Slipway. Start it again from the page of the provider.",
  authorization_expired: () =>
    "More than ten minutes passed since you left for the Git host, so its answer was not used. Connect again.",
  authorization_mixed_up: (p) =>
    `The answer did not come from ${p.host}, which was asked, so it was not used. Connect again; if it stays, tell the administrator of ${p.host}.`,
  authorization_overtaken: (p) =>
    `The provider "${p.name}" was changed while you were on the pages of the host, so the answer was not used. Look at its settings and connect again.`,
  authorization_unreadable: () =>
    "The Git host sent you back with an address that cannot be read, so nothing was changed. Connect again.",
  authorization_unasked: () =>
    "You come from an installation that was not begun here, so nothing was changed. To use it, open the provider of this App in Slipway and choose Connect; to add a new one, connect a provider first.",
  answer_lost: (p) =>
    `The answer of ${p.host} to the last renewal of the token was lost twice, and the token before it may be used up. Connect again.`,
  renewal_pending: (p) =>
    `Slipway still waits for ${p.host} to answer with a new token, so nothing else was asked. Try again in a minute; if it stays, look whether the token endpoint of ${p.host} is slow.`,
  renewal_slow: (p) =>
    `Another process has been renewing the token of ${p.host} for too long. Try again in a minute.`,
} satisfies ReasonTable;
