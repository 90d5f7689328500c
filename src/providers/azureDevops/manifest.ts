import { oauth, servicePrincipal } from "@/providers/azureDevops/oauth";
import { capabilities } from "@/providers/capability";
import type { AuthMethod, Manifest } from "@/providers/provider";

const token: AuthMethod = {
  kind: "form",
  label: "Personal access token",
  why: "Works with Azure DevOps Services and Server. Tokens for all organizations end on 1 December 2026: make one for one organization.",
  recommended: true,
  fields: [
    {
      name: "azureDevopsUrl",
      label: "Address",
      help: "https://dev.azure.com, or your Azure DevOps Server without the collection.",
      placeholder: "https://dev.azure.com",
      kind: "url",
    },
    {
      name: "organizationName",
      label: "Organization",
      help: "As in the address: dev.azure.com/organization. On a Server the collection.",
      placeholder: "acme",
    },
    {
      name: "accessToken",
      label: "Personal access token",
      help: "Of this organization only: tokens for all accessible organizations stop working on 2026-12-01. The password of generated Git credentials can be used here too.",
      required: true,
      secret: true,
    },
    {
      name: "projectName",
      label: "Project",
      help: "Only repositories of this project. Leave it empty for all that the token reaches.",
      placeholder: "Website",
    },
    {
      name: "tokenExpiresOn",
      label: "Ends on",
      help: "Azure DevOps does not tell it. Enter the day that you chose, to be reminded before.",
      kind: "date",
    },
    {
      name: "username",
      label: "User name",
      help: "Of generated Git credentials. Any works; leave it empty for a token.",
      advanced: true,
    },
  ],
  scopes: [
    {
      name: "Code (Read)",
      why: "Lists repositories, branches, tags and pull requests, and fetches the code. With it a project administrator can make service hooks.",
      needs: ["repositories", "branches", "gitRead", "webhooks"],
    },
    {
      name: "Project and Team (Read)",
      why: "Lists projects, to help with a misspelled one.",
      needs: [],
      optional: true,
    },
    {
      name: "Code (Status)",
      why: "For push to deploy: reports deployments on commits.",
      needs: ["commitStatus"],
      optional: true,
    },
    {
      name: "Pull Request Threads (Read & write)",
      why: "For previews: keeps one comment with their address on a pull request.",
      needs: ["pullRequests"],
      optional: true,
    },
  ],
  steps: [
    "Open {azureDevopsUrl}/{organizationName}/_usersSettings/tokens and choose New token.",
    "Name it Slipway and pick your organization. Not All accessible organizations: such tokens end on 2026-12-01.",
    "Pick an expiry date, choose Custom defined and tick Code: Read and Project and Team: Read. For push to deploy also Code: Status and Pull Request Threads: Read & write.",
    "Create the token and paste it here. It is shown once.",
  ],
  credentialPage: "{azureDevopsUrl}/{organizationName}/_usersSettings/tokens",
  can: [...capabilities],
  requires: ["accessToken"],
};

export const manifest: Manifest = {
  label: "Azure DevOps",
  logo: "azure-devops.svg",
  docs: "https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
  hosts: [
    {
      label: "Azure DevOps",
      baseUrl: "https://dev.azure.com",
      logo: "azure-devops.svg",
      domains: ["visualstudio.com"],
      aliases: ["ssh.dev.azure.com", "vs-ssh.visualstudio.com"],
      // The version of the paths for SSH: `v3/contoso/project/repository`.
      beforeOwner: ["v3"],
      // In the old form of an address the organization is in the name of the host.
      pathPatterns: ["^/(?<organizationName>[^/_][^/]*)(?:/(?<projectName>[^/_][^/]*))?"],
    },
    {
      label: "Azure DevOps Server",
      logo: "azure-devops.svg",
      needsAddress: true,
      address: {
        placeholder: "https://azure.example.com",
        help: "Where you open the server in the browser, without the collection.",
      },
      // A Server knows no Microsoft Entra ID.
      methods: ["token"],
    },
  ],
  urlField: "azureDevopsUrl",
  ownerField: "projectName",
  methods: { token, oauth, servicePrincipal },
};
