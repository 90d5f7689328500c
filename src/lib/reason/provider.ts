import type { ReasonTable } from "@/lib/reason/table";

/** The state of a provider, and what cannot be done with it. */
export const providerReasons = {
  not_tested: () => "Not tested yet. Test the connection to see what works.",
  test_found: (p) => `${p.text}`,
  authorize_pending: (p) => `Not authorized on ${p.host} yet. Finish the authorization in the browser.`,
  token_expires_soon: (p) => `The token ends on ${p.on}. Create a new one before that and paste it here.`,
  token_old: (p) =>
    `The credential has been in use for ${p.days} days, and nobody knows when it ends. Enter its last day in the settings, or replace it.`,
  connector_left: (p) =>
    `The person who connected this is no longer in the organization${p.account ? `, and it acts as ${p.account}` : ""}. If the account is theirs, replace the credential with one of an account that stays.`,
  feature_missing: (p) => `${p.feature} will not work with this credential: ${p.why}`,
  secret_refused: (p) =>
    `The host refused the secret of the provider "${p.name}" several times, so it is not called any more. Replace the secret, or test the connection.`,
  secret_unreadable: (p) =>
    `The stored secret of the provider "${p.name}" cannot be read: it was changed, or its encryption key is gone. Enter the secret again.`,
  provider_inactive: (p) => `The provider "${p.name}" is deactivated. Activate it, or choose another one.`,
  provider_in_use: (p) =>
    `The provider "${p.name}" is used by ${p.count === 1 ? "one application" : `${p.count} applications`}. Move them to another provider or remove them first; or deactivate the provider instead.`,
  provider_use_only: (p) =>
    `You may use the provider "${p.name}" but not change it. Ask the person who connected it, or an admin.`,
  provider_of_application: (p) =>
    `The provider "${p.name}" belongs to one application and works for that one only. Choose another provider.`,
  provider_changed: (p) =>
    `The provider "${p.name}" was changed by someone else at the same moment. Look at it again and repeat your change.`,
  provider_type_unknown: (p) =>
    `This version of Slipway does not know the provider type "${p.type}". Update Slipway.`,
  redirect_uri_elsewhere: (p) =>
    `Slipway is called back at its own address, which SLIPWAY_URL decides: ${p.expected}. Leave this out, or enter exactly that.`,
  address_changed: (p) =>
    `The address changes, so the stored ${p.label} is not sent there. Enter it again in the same call.`,
  no_repository_list: (p) =>
    `The host of the provider "${p.name}" has no list of repositories. Paste the URL of a repository instead.`,
  url_elsewhere: (p) => `This address is not one of a repository that the provider "${p.name}" can read.`,
  no_previous_credential: (p) =>
    `The provider "${p.name}" has no earlier credential to put back: none was replaced in the last 24 hours.`,
  previous_credential_refused: (p) =>
    `The earlier credential of "${p.name}" no longer works, so the present one stays in use. ${p.text}`,
  no_pending_key: (p) =>
    `The provider "${p.name}" has no new key that waits to be used: none was made, or its address changed since. Make one first.`,
  pending_key_not_generated: () =>
    "A key that is not made yet cannot be tried. Leave out `dryRun` to have it made and shown: the present one stays in use.",
  pending_key_left: (p) =>
    `A new key was made on ${p.on} and never used. If it was added on ${p.host}, delete it there too.`,
  removal_began: (p) =>
    `The removal of "${p.name}" has begun and nothing uses it any more. If this stays, remove it again.`,
  provider_shared: (p) =>
    `The provider "${p.name}" is shared already: it does not belong to one application.`,
  provider_gone: (p) => `The provider "${p.name}" was deleted, with its stored credential and cached lists.`,
  provider_would_go: (p) =>
    `The provider "${p.name}" is deleted, with its stored credential and cached lists.`,
  credential_would_end: (p) => `${p.host} is asked to end the credential, where it lets Slipway do that.`,
  credential_left: (p) =>
    `Slipway cannot end the credential on ${p.host}, so it may still work there. Delete it there.`,
  credential_refused_already: (p) =>
    `${p.host} no longer accepts this credential, so Slipway cannot end it. ${p.text} Look on its page whether it is still listed, and delete it there.`,
  default_moved: (p) => `New applications take the provider "${p.name}" from now on.`,
  default_would_move: (p) => `New applications would take the provider "${p.name}".`,
  credential_not_ended: (p) =>
    `${p.host} could not be asked to end the credential, so it may still work. Delete it there. ${p.text}`,
  previous_credential_left: (p) =>
    `The earlier credential, replaced on ${p.on}, may still work on ${p.host}. Delete it there too.`,
  organization_gone: (p) =>
    `The organization "${p.name}" was removed, with its members, providers, applications and sites.`,
  application_gone: (p) =>
    `The application "${p.name}" was removed, with its sites, deployments and variables.`,
} satisfies ReasonTable;
