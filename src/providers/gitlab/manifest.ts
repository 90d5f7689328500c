import { oauth } from "@/providers/gitlab/oauth";
import { tokenKinds } from "@/providers/gitlab/token-kinds";
import type { AuthMethod, Manifest } from "@/providers/provider";

/** Below the address: the form for a new token, filled in. */
export const TOKEN_PAGE =
  "/-/user_settings/personal_access_tokens?name=Slipway&scopes=read_api,read_repository";

export const token: AuthMethod = {
  kind: "form",
  label: "Access token",
  why: "Works everywhere at once: paste a personal, group or project access token. Each ends on a date you choose.",
  recommended: true,
  fields: [
    {
      name: "gitlabUrl",
      label: "GitLab address",
      help: "Where you open GitLab in the browser, with its sub-path if it has one.",
      placeholder: "https://gitlab.com",
      required: true,
      kind: "url",
    },
    {
      name: "accessToken",
      label: "Access token",
      help: "A personal, group or project access token. Fine-grained tokens (beta) work where they permit reading repositories, but do not tell what they permit.",
      placeholder: "glpat-…",
      required: true,
      secret: true,
      kinds: tokenKinds,
    },
    {
      name: "groupName",
      label: "Group",
      help: "Only repositories of this group and its sub-groups. Write the full path as in its address.",
      placeholder: "acme/platform",
    },
    {
      name: "gitlabInternalUrl",
      label: "Internal address",
      help: "How this server reaches GitLab, when it differs from the address in the browser.",
      placeholder: "http://gitlab.internal",
      kind: "url",
      advanced: true,
    },
    { name: "username", label: "User name", help: "For your own notes; the token decides.", advanced: true },
  ],
  scopes: [
    { name: "read_api", why: "Lists repositories, branches and tags.", needs: ["repositories", "branches"] },
    { name: "read_repository", why: "Fetches the code with git.", needs: ["gitRead"] },
    {
      name: "api",
      why: "Creates webhooks and reports deployments on commits. It includes the other two.",
      needs: ["webhooks", "commitStatus"],
      optional: true,
    },
  ],
  steps: [
    "Open {gitlabUrl}/-/user_settings/personal_access_tokens, or Settings → Access tokens of a group or project.",
    "Choose Add new token (from GitLab 18.9 on Generate token, then Legacy), name it Slipway and pick an expiry date.",
    "Tick read_api and read_repository; tick api instead when Slipway may create webhooks and commit statuses.",
    "For a group or project token choose the role Reporter, or Maintainer for webhooks.",
    "Create the token and paste it here. GitLab shows it once.",
  ],
  credentialPage: `{gitlabUrl}${TOKEN_PAGE}`,
  can: ["repositories", "branches", "gitRead", "webhooks", "commitStatus"],
  requires: ["accessToken"],
};

export const manifest: Manifest = {
  label: "GitLab",
  logo: "gitlab.svg",
  docs: "https://docs.gitlab.com/user/profile/personal_access_tokens/",
  hosts: [
    { label: "GitLab", baseUrl: "https://gitlab.com", logo: "gitlab.svg" },
    { label: "GitLab self-managed", logo: "gitlab.svg" },
  ],
  urlField: "gitlabUrl",
  internalUrlField: "gitlabInternalUrl",
  ownerField: "groupName",
  methods: { token, oauth },
};
