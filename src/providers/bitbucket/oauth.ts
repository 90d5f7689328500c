import { address, workspace } from "@/providers/bitbucket/fields";
import type { Settings } from "@/providers/bitbucket/settings";
import { kindsFor } from "@/providers/bitbucket/token-kinds";
import { capabilities } from "@/providers/capability";
import { grantFields } from "@/providers/kit/grant-fields";
import type { AuthMethod, Scope } from "@/providers/provider";

type Workspace = Pick<Settings, "bitbucketUrl" | "bitbucketWorkspaceName">;

/** Where a person sees and revokes what was permitted. */
export function authorizationsPage({ bitbucketUrl }: Workspace): string {
  return `${bitbucketUrl}/account/settings/app-authorizations/`;
}

/** Where the consumers of the workspace are registered; the list of workspaces where it is not known. */
export function consumersPage({ bitbucketUrl, bitbucketWorkspaceName: workspace }: Workspace): string {
  if (!workspace) return `${bitbucketUrl}/account/workspaces/`;
  return `${bitbucketUrl}/${encodeURIComponent(workspace)}/workspace/settings/api`;
}

/** The older names of the scopes beyond reading, as consumers and access tokens have them. */
export const featureScopes: Scope[] = [
  {
    name: "webhook",
    why: "Webhooks: makes and removes those of Slipway, so that pushes deploy at once.",
    needs: ["webhooks"],
    optional: true,
  },
  {
    name: "pullrequest:write",
    why: "Previews: reads pull requests and keeps a comment on each with the address of its preview.",
    needs: ["pullRequests"],
    optional: true,
  },
];

/** An OAuth consumer of a workspace; the person signs in on Bitbucket and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  renews: true,
  label: "OAuth consumer",
  why: "Nobody copies a token: you sign in on Bitbucket, permit Slipway there, and it renews its access by itself.",
  fields: [
    {
      name: "clientId",
      label: "Key",
      help: "Of the OAuth consumer that is registered on Bitbucket.",
      required: true,
    },
    {
      name: "clientSecret",
      label: "Secret",
      help: "Of the same consumer.",
      required: true,
      secret: true,
      kinds: kindsFor(""),
    },
    workspace,
    address,
    ...grantFields("this consumer"),
  ],
  scopes: [
    { name: "account", why: "Shows whose account this is, and finds its workspaces.", needs: [] },
    {
      name: "repository",
      why: "Lists repositories, branches and tags, fetches the code, and reports on commits.",
      needs: ["repositories", "branches", "gitRead", "commitStatus"],
    },
    ...featureScopes,
  ],
  steps: [
    "Open Bitbucket, choose your workspace, then Settings → Workspace settings → OAuth consumers (https://bitbucket.org/{bitbucketWorkspaceName}/workspace/settings/api).",
    "Choose Add consumer, name it Slipway, and enter the redirect URI that is shown here as its Callback URL.",
    "Tick Account: Read and Repositories: Read. Tick Webhooks: Read and write for pushes that deploy at once, and Pull requests: Write for previews.",
    "Save, open the consumer by its name, and copy Key and Secret to this form.",
    "Save. Bitbucket then asks whether you permit Slipway; sign in with the account whose repositories are to be deployed.",
  ],
  credentialPage: "https://bitbucket.org/{bitbucketWorkspaceName}/workspace/settings/api",
  can: [...capabilities],
  requires: ["clientSecret"],
  client: "clientId",
};
