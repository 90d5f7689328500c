import { capabilities } from "@/providers/capability";
import { oauth } from "@/providers/gitea/oauth";
import { RESERVED } from "@/providers/gitea/parse-url";
import { scopes } from "@/providers/gitea/scopes";
import type { AuthMethod, Manifest } from "@/providers/provider";

export const token: AuthMethod = {
  kind: "form",
  label: "Access token",
  why: "Works with every version and never ends by itself: one token with the scopes you tick.",
  recommended: true,
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
      name: "accessToken",
      label: "Access token",
      help: "Best made by an account of its own that is a member of what you want to deploy.",
      required: true,
      secret: true,
    },
    {
      name: "organizationName",
      label: "Organization",
      help: "Only repositories of this organization or user. Leave it empty for all that the token reaches.",
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
      name: "tokenExpiresOn",
      label: "Remind me before",
      help: "These tokens do not end. Set a day when you want to be reminded to replace it.",
      kind: "date",
      advanced: true,
    },
  ],
  scopes,
  steps: [
    "Open {giteaUrl}/user/settings/applications.",
    "Under Manage Access Tokens enter the name Slipway and choose All for repository access.",
    "Open Select permissions: repository to Read, user to Read, organization to Read. For push to deploy: repository and issue to Read and Write.",
    "Choose Generate Token and paste it here. It is shown once.",
  ],
  credentialPage: "{giteaUrl}/user/settings/applications",
  can: [...capabilities],
  requires: ["accessToken"],
};

const owners = { pathFields: ["organizationName"], beforeOwner: ["org"], pages: [...RESERVED] };

export const manifest: Manifest = {
  label: "Gitea",
  logo: "gitea.svg",
  docs: "https://docs.gitea.com/development/api-usage",
  hosts: [
    { label: "Gitea", logo: "gitea.svg", needsAddress: true, ...owners },
    { label: "Forgejo", logo: "forgejo.svg", needsAddress: true, ...owners },
    {
      label: "Codeberg",
      baseUrl: "https://codeberg.org",
      logo: "codeberg.svg",
      ...owners,
    },
  ],
  urlField: "giteaUrl",
  internalUrlField: "giteaInternalUrl",
  ownerField: "organizationName",
  methods: { token, oauth },
};
