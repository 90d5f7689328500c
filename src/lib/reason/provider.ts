import type { ReasonTable } from "@/lib/reason/table";

/** The state of a provider, and what cannot be done with it. */
export const providerReasons = {
  not_tested: () => "Not tested yet. Test the connection to see what works.",
  test_found: (p) => `${p.text}`,
  authorize_pending: (p) => `Not authorized on ${p.host} yet. Finish the authorization in the browser.`,
  token_expires_soon: (p) => `The token ends on ${p.on}. Create a new one before that and paste it here.`,
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
} satisfies ReasonTable;
