import type { ReasonTable } from "@/lib/reason/table";

/** What goes wrong with a GitHub App. `at` is a page on the host, put together here and never taken from an answer. */
export const githubAppReasons = {
  app_key_missing: (p) =>
    `The private key of the App is missing. Generate one on the page of the App on ${p.host} and paste the .pem file, or connect again.`,
  app_key_unreadable: () =>
    "The private key of the App cannot be read: it is cut off, changed or no RSA key. Paste the whole .pem file again, from its first to its last line.",
  app_key_rejected: (p) =>
    `${p.host} refused the signature of the App: the private key is not, or no longer, one of this App. Compare the App ID, generate a new private key on the page of the App and paste it here.`,
  app_clock: (p) =>
    `${p.host} refused the signature of the App because the clock of this server is wrong${p.seconds ? ` by about ${p.seconds} s` : ""}. Set the clock, with NTP if possible, then try again.`,
  app_gone: (p) =>
    `${p.host} knows no App with this ID: it was deleted, or the ID is wrong. Connect again to make a new App, or compare the ID with the page of the App.`,
  app_token_rejected: (p) =>
    `${p.host} no longer accepts the token it gave the App: the installation was suspended or removed, or the private key was deleted. Test the connection to see which.`,
  app_permission_missing: (p) =>
    `The App was not given ${list(p.scopes)}. An owner of the account has to approve its new permissions${at(p.at)}.`,
  app_permission_unset: (p) =>
    `The App does not ask for ${list(p.scopes)}. Add it under Permissions${at(p.at)}, then approve it for each installation.`,
  app_not_installed: (p) =>
    `The App is not installed on any account of ${p.host}. Connect again to install it and choose its repositories.`,
  app_code_used: (p) =>
    `${p.host} does not know this code for a new App: it was used before, or is older than an hour. Start again.`,
  approval_pending: (p) =>
    `The App waits until an owner of the organization approves it on ${p.host}. Ask an owner to do so${at(p.at)}; Slipway sees it at the next test.`,
  installation_foreign: (p) =>
    `${p.host} knows no such installation of this App. Connect again, and install the App whose ID stands here.`,
  installation_gone: (p) =>
    `The App is no longer installed there: somebody removed the installation on ${p.host}. Connect again to install it.`,
  installation_suspended: (p) =>
    `The installation of the App is suspended on ${p.host}. An owner of the account can lift that${at(p.at)}.`,
  app_hook_by_hand: (p) =>
    `The App has no webhook, and ${p.host} lets only a person add one${at(p.at)}. Tick Active under Webhook there, enter the address and the secret that are shown here, save, and have the webhooks repaired.`,
  app_hook_events: (p) =>
    `The App is not told of ${list(p.events)}, and ${p.host} lets only a person change that${at(p.at)}. Give it the permission that each event needs, tick them under Subscribe to events and save.`,
  app_hook_address: (p) =>
    `${p.host} does not take ${p.url} as the address of a webhook: it has to be one on the public Internet. Until SLIPWAY_URL is, pushes are read from the log of deliveries.`,
  app_token_ended: (p) => `The access token of the App was ended at ${p.host}.`,
  github_token_left: (p) => `The access token may still work on ${p.host}. Delete it there, at ${p.at}.`,
  app_left: (p) => `The App still exists on ${p.host}. Delete it, and its installations with it, at ${p.at}.`,
} satisfies ReasonTable;

function at(page: unknown): string {
  return typeof page === "string" && page !== "" ? ` at ${page}` : "";
}

function list(names: unknown): string {
  return Array.isArray(names) && names.length > 0 ? names.join(", ") : "a permission";
}
