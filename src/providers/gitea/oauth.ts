import type { AuthMethod } from "@/providers/provider";

/** An OAuth2 application registered on the host; the person signs in there and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  label: "OAuth2 application",
  why: "Nobody copies a token: you sign in on the host and permit Slipway there.",
  fields: [
    {
      name: "giteaUrl",
      label: "Address",
      help: "Where you open it in the browser, with its sub-path if it has one.",
      placeholder: "https://gitea.example.com",
      required: true,
      kind: "url",
    },
    { name: "clientId", label: "Client ID", required: true },
    { name: "clientSecret", label: "Client secret", required: true, secret: true },
    { name: "redirectUri", label: "Redirect URI", help: "Always that of Slipway.", advanced: true },
    { name: "scopes", label: "Scopes", advanced: true },
    {
      name: "giteaInternalUrl",
      label: "Internal address",
      placeholder: "http://gitea:3000",
      kind: "url",
      advanced: true,
    },
    { name: "accessToken", label: "Access token", secret: true, advanced: true },
    { name: "refreshToken", label: "Refresh token", secret: true, advanced: true },
  ],
  scopes: [
    {
      name: "write:repository",
      why: "Lists and fetches repositories, creates webhooks and reports deployments on commits.",
      needs: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"],
    },
    { name: "read:user", why: "Shows whose sign-in this is and lists what belongs to it.", needs: [] },
    { name: "read:organization", why: "Lists organizations and what is in them.", needs: [] },
  ],
  steps: [
    "Open {giteaUrl}/user/settings/applications.",
    "Under Manage OAuth2 Applications enter the name Slipway and the redirect URI shown here.",
    "Create the application, and copy its Client ID and its Client secret.",
  ],
  credentialPage: "{giteaUrl}/user/settings/applications",
  can: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"],
  requires: ["clientSecret"],
};
