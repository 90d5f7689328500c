import { address, workspace } from "@/providers/bitbucket/fields";
import { featureScopes, oauth } from "@/providers/bitbucket/oauth";
import { RESERVED } from "@/providers/bitbucket/parse-url";
import { kindsFor } from "@/providers/bitbucket/token-kinds";
import { capabilities } from "@/providers/capability";
import type { AuthMethod, Field, Manifest, Scope } from "@/providers/provider";

/** API tokens belong to the Atlassian account, whose pages are not Bitbucket's. */
export const API_TOKEN_PAGE = "https://id.atlassian.com/manage-profile/security/api-tokens";

const email: Field = {
  name: "bitbucketEmail",
  label: "E-mail address",
  help: "Of the Atlassian account that made the token. Bitbucket takes no user name here.",
  placeholder: "ada@example.com",
};

const expiry: Field = {
  name: "tokenExpiresOn",
  label: "Ends on",
  help: "Bitbucket does not tell it. Enter the day that you chose, to be reminded before.",
  kind: "date",
};

const username: Field = {
  name: "bitbucketUsername",
  label: "User name",
  help: "For your own notes; the token decides.",
};

const tokenScopes: Scope[] = [
  {
    name: "read:repository:bitbucket",
    why: "Lists repositories, branches and tags, fetches the code, and reports on commits.",
    needs: ["repositories", "branches", "gitRead", "commitStatus"],
  },
  { name: "read:user:bitbucket", why: "Shows whose token this is.", needs: [], optional: true },
  {
    name: "read:workspace:bitbucket",
    why: "Finds your workspaces. Not needed when one is entered.",
    needs: [],
  },
  {
    name: "read:webhook:bitbucket",
    why: "Webhooks: sees whether one is there, so that pushes deploy at once.",
    needs: ["webhooks"],
    optional: true,
  },
  {
    name: "write:webhook:bitbucket",
    why: "Webhooks: makes and removes those of Slipway.",
    needs: ["webhooks"],
    optional: true,
  },
  {
    name: "read:pullrequest:bitbucket",
    why: "Previews: reads pull requests.",
    needs: ["pullRequests"],
    optional: true,
  },
  {
    name: "write:pullrequest:bitbucket",
    why: "Previews: keeps a comment on each pull request with the address of its preview.",
    needs: ["pullRequests"],
    optional: true,
  },
];

const tokenSteps = [
  `Open ${API_TOKEN_PAGE} and choose Create API token with scopes.`,
  "Name it Slipway, pick an expiry date, and choose the app Bitbucket.",
  "Tick read:repository:bitbucket, read:user:bitbucket and read:workspace:bitbucket. For webhooks tick read:webhook:bitbucket and write:webhook:bitbucket as well, for previews read:pullrequest:bitbucket and write:pullrequest:bitbucket.",
  "Create the token and paste it here. It is shown once.",
];

const apiToken: AuthMethod = {
  kind: "form",
  label: "API token",
  why: "Works with every plan and reaches all that the account does.",
  recommended: true,
  fields: [
    { ...email, required: true },
    {
      name: "apiToken",
      label: "API token",
      help: "One with scopes; those without do not work with Bitbucket.",
      placeholder: "ATATT…",
      required: true,
      secret: true,
      kinds: kindsFor("ATATT"),
    },
    workspace,
    expiry,
    { ...username, advanced: true },
    address,
  ],
  scopes: tokenScopes,
  steps: tokenSteps,
  credentialPage: API_TOKEN_PAGE,
  can: [...capabilities],
  requires: ["apiToken"],
};

const accessToken: AuthMethod = {
  kind: "form",
  label: "Repository, project or workspace access token",
  why: "Belongs to no person, so it stays when people leave. Those of projects and workspaces need a Premium plan.",
  fields: [
    {
      name: "accessToken",
      label: "Access token",
      placeholder: "ATCTT…",
      required: true,
      secret: true,
      kinds: kindsFor("ATCTT"),
    },
    {
      ...workspace,
      help: "As in the address: bitbucket.org/workspace. The token cannot tell it.",
      required: true,
    },
    {
      name: "bitbucketRepositoryName",
      label: "Repository",
      help: "The repository of a repository access token. Leave it empty for one of a project or workspace.",
      placeholder: "site",
    },
    expiry,
    address,
  ],
  scopes: [
    {
      name: "repository",
      why: "Lists repositories, branches and tags, fetches the code, and reports on commits.",
      needs: ["repositories", "branches", "gitRead", "commitStatus"],
    },
    ...featureScopes,
  ],
  steps: [
    "Open the settings of the repository, project or workspace, and there Access tokens.",
    "Choose Create, name it Slipway and tick Repositories: Read. Tick Webhooks: Read and write for pushes that deploy at once, and Pull requests: Write for previews.",
    "Create the token and paste it here. It is shown once.",
  ],
  credentialPage: "https://bitbucket.org/{bitbucketWorkspaceName}/workspace/settings/access-tokens",
  can: [...capabilities],
  requires: ["accessToken"],
};

const appPassword: AuthMethod = {
  kind: "form",
  label: "App password",
  why: "Only for connections that were made before.",
  removed:
    "Bitbucket ended app passwords on 28 July 2026 (2026-07-28): they no longer work. Create an API token instead.",
  fields: [
    { ...username, help: "Of the Bitbucket account.", required: true },
    { name: "appPassword", label: "App password", required: true, secret: true, kinds: kindsFor("ATBB") },
    workspace,
    { ...email, help: "Needed for the API token that takes its place.", advanced: true },
    address,
  ],
  // The scopes of the API token that replaces it, which the report asks for.
  scopes: tokenScopes,
  steps: tokenSteps,
  credentialPage: API_TOKEN_PAGE,
  can: [],
  requires: ["appPassword"],
};

export const manifest: Manifest = {
  label: "Bitbucket",
  logo: "bitbucket.svg",
  docs: "https://support.atlassian.com/bitbucket-cloud/docs/api-tokens/",
  hosts: [
    {
      label: "Bitbucket",
      baseUrl: "https://bitbucket.org",
      logo: "bitbucket.svg",
      aliases: ["www.bitbucket.org", "api.bitbucket.org", "altssh.bitbucket.org"],
      pathFields: ["bitbucketWorkspaceName"],
      beforeOwner: ["workspaces", "workspace"],
      pages: [...RESERVED],
    },
  ],
  urlField: "bitbucketUrl",
  ownerField: "bitbucketWorkspaceName",
  methods: { apiToken, accessToken, oauth, appPassword },
};
