import type { ReasonParams, ReasonTable } from "@/lib/reason/table";

/** What goes wrong between a person, a host's OAuth pages and its token endpoint. `host` is the name of the product. */
export const oauthReasons = {
  authorization_refused: (p) =>
    `${p.host} was told not to permit this, so nothing was connected. Start again and choose to authorize.`,
  authorization_failed: (p) =>
    `${p.host} did not authorize this connection${p.error ? ` (${p.error})` : ""}. Check the application that is registered there and its redirect URI, then start again.`,
  grant_refused: (p) =>
    `${p.host} no longer accepts the permission it gave: it was revoked, replaced or has run out. Connect again.`,
  client_refused: (p) =>
    `${p.host} does not accept the client ID with this secret. Compare both with the application that is registered there, and enter the secret again.`,
  client_missing: (p) =>
    `The client ID or the secret of the application that is registered on ${p.host} is missing. Enter both, then connect again.`,
  refresh_missing: (p) =>
    `${p.host} gave nothing to renew this access with, or it was not entered. Connect again in the browser.`,
  grant_ended: (p) => `${p.host} was told to end the permission that it gave Slipway.`,
  grant_left: (p) =>
    `${p.host} lets nobody but you take the permission back. Revoke Slipway there, in the list of authorized applications.`,
  application_left: (p) =>
    `The application that was registered on ${p.host} for Slipway is still there. Delete it when nothing else uses it.`,
  gitea_scopes_mapped: (p) =>
    `${p.host} has no scopes called ${list(p.names)}, so Slipway asks for ${list(p.asked)} instead. Enter those in the settings, or nothing.`,
  gitea_scopes_wide: (p) =>
    `This server${p.version ? ` (version ${p.version})` : ""} let Slipway do all that the account may, though it asked only for ${list(p.asked)}: Gitea before 1.23 and some versions of Forgejo do not narrow, and a permission given earlier keeps its old scopes. Revoke it there and connect again; where that does not help, use an account of its own or an access token.`,
  oauth_too_old: (p) =>
    `This is version ${p.version} of ${p.host}, and application links with OAuth 2 came with 7.20. Use an HTTP access token instead, or have the server updated.`,
  oauth_services_only: (p) =>
    `Only Azure DevOps Services can be signed in to with Microsoft Entra ID; ${p.address} is taken for an Azure DevOps Server. Use a personal access token instead, or enter the sign-in address as well if it is a gateway to Services.`,
  tenant_needed: () =>
    "The tenant is missing or is none. Enter the Directory (tenant) ID that the overview of the app registration shows.",
  azure_tenant_unknown: (p) =>
    `${p.host} knows no tenant with this ID. Compare it with the Directory (tenant) ID in the overview of the app registration.`,
  azure_secret_expired: (p) =>
    `${p.host} says that the client secret has run out. Make a new one under Certificates & secrets of the app registration, and enter its value.`,
  azure_resource_unknown: (p) =>
    `${p.host} finds no Azure DevOps in this tenant: it is another tenant than the one that the organization is connected to, or nobody of it has used Azure DevOps yet. Compare the Directory (tenant) ID with Organization settings → Microsoft Entra, and connect the organization there.`,
  azure_client_unknown: (p) =>
    `${p.host} finds no application with this client ID in the tenant. Compare both with the overview of the app registration.`,
  azure_grant_rejected: (p) =>
    `${p.host} did not accept the sign-in: it was revoked or has run out, the account or service principal is no member of the organization, or the organization belongs to another tenant. Add it under Organization settings → Users, then connect again.`,
  scope_refused: (p) =>
    `${p.host} does not give the scopes that were asked for. Permit them for the application that is registered there, then connect again.`,
} satisfies ReasonTable;

function list(names: ReasonParams[string] | undefined): string {
  return Array.isArray(names) ? names.join(", ") : "";
}
