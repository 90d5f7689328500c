import type { AuthMethod } from "@/providers/provider";

/** An application registered on GitLab; the person signs in there and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  label: "OAuth application",
  why: "Nobody copies a token: you sign in on GitLab and permit Slipway there.",
  fields: [
    {
      name: "gitlabUrl",
      label: "GitLab address",
      help: "Where you open GitLab in the browser, with its sub-path if it has one.",
      placeholder: "https://gitlab.com",
      required: true,
      kind: "url",
    },
    { name: "applicationId", label: "Application ID", required: true },
    { name: "secret", label: "Secret", required: true, secret: true },
    { name: "redirectUri", label: "Redirect URI", help: "Always that of Slipway.", advanced: true },
    { name: "groupName", label: "Group", placeholder: "acme/platform" },
    {
      name: "gitlabInternalUrl",
      label: "Internal address",
      placeholder: "http://gitlab.internal",
      kind: "url",
      advanced: true,
    },
    { name: "accessToken", label: "Access token", secret: true, advanced: true },
    { name: "refreshToken", label: "Refresh token", secret: true, advanced: true },
  ],
  scopes: [
    {
      name: "api",
      why: "Lists repositories, creates webhooks and reports deployments on commits.",
      needs: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"],
    },
  ],
  steps: [
    "Open {gitlabUrl}/-/user_settings/applications, or Settings → Applications of a group.",
    "Add an application with the redirect URI shown here and the scope api.",
    "Copy its Application ID and its Secret.",
  ],
  credentialPage: "{gitlabUrl}/-/user_settings/applications",
  can: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"],
  requires: ["secret"],
};
