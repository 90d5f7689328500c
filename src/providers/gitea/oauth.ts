import { capabilities } from "@/providers/capability";
import { scopes } from "@/providers/gitea/scopes";
import { grantFields } from "@/providers/kit/grant-fields";
import type { AuthMethod } from "@/providers/provider";

/** An OAuth2 application registered on the server; the person signs in there and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  renews: true,
  label: "OAuth2 application",
  why: "Nobody copies a token: you sign in on the server and permit Slipway there; from Gitea 1.23 on it gets only the scopes it asks for.",
  fields: [
    {
      name: "giteaUrl",
      label: "Address",
      help: "Where you open it in the browser, with its sub-path if it has one.",
      placeholder: "https://gitea.example.com",
      required: true,
      kind: "url",
    },
    {
      name: "clientId",
      label: "Client ID",
      help: "Of the application that you register there for Slipway.",
      required: true,
    },
    {
      name: "clientSecret",
      label: "Client secret",
      help: "Shown once, when the application is created.",
      required: true,
      secret: true,
    },
    {
      name: "organizationName",
      label: "Organization",
      help: "Only repositories of this organization or user. Leave it empty for all that you can reach.",
      placeholder: "acme",
    },
    {
      name: "giteaInternalUrl",
      label: "Internal address",
      help: "How this server reaches it, when that differs from the address in the browser.",
      placeholder: "http://gitea:3000",
      kind: "url",
      advanced: true,
    },
    {
      name: "scopes",
      label: "Scopes",
      help: "Leave it empty for reading. For push to deploy enter write:repository write:issue read:user read:organization.",
      placeholder: "read:repository read:user read:organization",
      advanced: true,
    },
    { name: "redirectUri", label: "Redirect URI", help: "Always that of Slipway.", advanced: true },
    ...grantFields("this application"),
  ],
  scopes,
  steps: [
    "Open {giteaUrl}/user/settings/applications. For an organization open its settings, and there Applications.",
    "Under Manage OAuth2 Applications enter the name Slipway and, as redirect URI, the one shown here. Keep Confidential client ticked.",
    "Choose Create Application, and copy its Client ID and its Client secret to here.",
    "Save, sign in on the server and choose Authorize Application. Was it permitted before with other scopes? Then revoke it first, under Authorized OAuth2 Applications: the server keeps the old ones otherwise.",
  ],
  credentialPage: "{giteaUrl}/user/settings/applications",
  can: [...capabilities],
  requires: ["clientSecret"],
  client: "clientId",
};
