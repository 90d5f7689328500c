import { capabilities } from "@/providers/capability";
import { grantFields } from "@/providers/kit/grant-fields";
import type { AuthMethod } from "@/providers/provider";

/** An incoming application link (OAuth 2); a person signs in there and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  renews: true,
  label: "Application link",
  why: "Nobody copies a token: an administrator makes an incoming link once, and you permit Slipway there (version 7.20 and newer).",
  fields: [
    {
      name: "bitbucketServerUrl",
      label: "Address",
      help: "Where you open it in the browser, with its sub-path if it has one.",
      placeholder: "https://bitbucket.example.com",
      required: true,
      kind: "url",
    },
    { name: "clientId", label: "Client ID", help: "Of the incoming link.", required: true },
    {
      name: "clientSecret",
      label: "Client secret",
      help: "Of the incoming link.",
      required: true,
      secret: true,
    },
    {
      name: "projectKey",
      label: "Project",
      help: "Only repositories of this project, by its key; ~name for those of a person. Leave it empty for all that you can reach.",
      placeholder: "ACME",
    },
    {
      name: "bitbucketServerInternalUrl",
      label: "Internal address",
      help: "How this server reaches it, when that differs from the address in the browser.",
      placeholder: "http://bitbucket:7990",
      kind: "url",
      advanced: true,
    },
    {
      name: "scopes",
      label: "Scope",
      help: "Leave it empty for REPO_READ. For push to deploy enter REPO_ADMIN, which makes webhooks.",
      placeholder: "REPO_READ",
      advanced: true,
    },
    { name: "redirectUri", label: "Redirect URI", help: "Always that of Slipway.", advanced: true },
    ...grantFields("this link"),
  ],
  scopes: [
    {
      name: "REPO_READ",
      why: "Lists projects and repositories, reads branches and tags, fetches the code, reports deployments on commits and comments on pull requests.",
      needs: ["repositories", "branches", "gitRead", "commitStatus", "pullRequests"],
    },
    {
      name: "REPO_ADMIN",
      why: "For push to deploy: makes the webhooks.",
      needs: ["webhooks"],
      optional: true,
    },
  ],
  steps: [
    "As an administrator open {bitbucketServerUrl}/plugins/servlet/applinks/listApplicationLinks and choose Create link.",
    "Choose External application and the direction Incoming, and name it Slipway.",
    "Enter as redirect URL the one shown here, and tick under Application permissions Repositories: Read; for push to deploy Admin.",
    "Save it, and copy its Client ID and its Client secret to here.",
    "Save, sign in on the server and choose Allow. Slipway can then do no more than your account.",
  ],
  credentialPage: "{bitbucketServerUrl}/plugins/servlet/applinks/listApplicationLinks",
  can: [...capabilities],
  requires: ["clientSecret"],
  client: "clientId",
};
