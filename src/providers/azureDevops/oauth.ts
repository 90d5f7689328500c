import { capabilities } from "@/providers/capability";
import { grantFields } from "@/providers/kit/grant-fields";
import type { AuthMethod, Field } from "@/providers/provider";

/** Where app registrations are, with the permissions and secrets of each. */
export const REGISTRATIONS =
  "https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade";

const fields: Field[] = [
  {
    name: "organizationName",
    label: "Organization",
    help: "As in the address: dev.azure.com/organization. It must be connected to the tenant.",
    placeholder: "acme",
    required: true,
  },
  {
    name: "tenantId",
    label: "Directory (tenant) ID",
    placeholder: "00000000-0000-0000-0000-000000000000",
    required: true,
  },
  {
    name: "clientId",
    label: "Application (client) ID",
    placeholder: "00000000-0000-0000-0000-000000000000",
    required: true,
  },
  {
    name: "clientSecret",
    label: "Client secret",
    help: "The Value, not the Secret ID. Microsoft shows it once.",
    required: true,
    secret: true,
  },
  {
    name: "projectName",
    label: "Project",
    help: "Only repositories of this project. Leave it empty for all that can be reached.",
    placeholder: "Website",
  },
  {
    name: "tokenExpiresOn",
    label: "Secret ends on",
    help: "Client secrets end after two years at the latest. Enter the day that you chose, to be reminded before.",
    kind: "date",
  },
  {
    name: "azureDevopsUrl",
    label: "Address",
    help: "https://dev.azure.com, or the older address of the organization. A Server takes tokens only.",
    placeholder: "https://dev.azure.com",
    kind: "url",
    advanced: true,
  },
  {
    name: "entraUrl",
    label: "Sign-in address",
    help: "Leave it empty for https://login.microsoftonline.com. Another one is that of a gateway, or of another cloud of Microsoft; the client secret is sent there.",
    placeholder: "https://login.microsoftonline.com",
    kind: "url",
    advanced: true,
  },
];

const can: AuthMethod["can"] = [...capabilities];

/** A person signs in with Microsoft Entra ID; the tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  renews: true,
  label: "Sign in with Microsoft",
  signIn: { field: "entraUrl", usual: "https://login.microsoftonline.com" },
  why: "Nobody copies a token: you sign in with your work account, and Slipway can do no more than you.",
  fields: [...fields, ...grantFields("this registration")],
  scopes: [
    {
      name: "vso.code",
      why: "Lists repositories, branches, tags and pull requests, and fetches the code. With it a project administrator can make service hooks.",
      needs: ["repositories", "branches", "gitRead", "webhooks"],
    },
    {
      name: "vso.project",
      why: "Lists projects, to help with a misspelled one.",
      needs: [],
      optional: true,
    },
    {
      name: "vso.code_status",
      why: "For push to deploy: reports deployments on commits.",
      needs: ["commitStatus"],
      optional: true,
    },
    {
      name: "vso.threads_full",
      why: "For previews: keeps one comment with their address on a pull request.",
      needs: ["pullRequests"],
      optional: true,
    },
  ],
  steps: [
    `Open ${REGISTRATIONS} and choose New registration. Name it Slipway.`,
    "Under Redirect URI choose Web and enter the one shown here, then Register.",
    "Under API permissions choose Add a permission, Azure DevOps, Delegated permissions, and tick vso.code and vso.project; for push to deploy also vso.code_status and vso.threads_full.",
    "Under Certificates & secrets choose New client secret, and copy its Value to here.",
    "From Overview copy the Application (client) ID and the Directory (tenant) ID.",
    "Save, sign in and choose Accept. Your tenant may want an administrator to do it.",
  ],
  credentialPage: REGISTRATIONS,
  can,
  requires: ["clientSecret"],
  client: "clientId",
};

/** The application signs in as itself: no person, no browser. */
export const servicePrincipal: AuthMethod = {
  kind: "form",
  renews: true,
  label: "Service principal",
  why: "Belongs to no person and needs no sign-in: the application is a member of the organization with rights of its own.",
  fields,
  scopes: [],
  steps: [
    `Open ${REGISTRATIONS} and choose New registration. Name it Slipway; it needs no redirect URI.`,
    "Under Certificates & secrets choose New client secret, and copy its Value to here.",
    "From Overview copy the Application (client) ID and the Directory (tenant) ID.",
    "Open https://dev.azure.com/{organizationName}/_settings/users, choose Add users, and find the application by its name. Give it the access level Basic.",
    "Add it to the projects: Readers is enough.",
  ],
  credentialPage: REGISTRATIONS,
  can,
  requires: ["clientSecret"],
  client: "clientId",
};
