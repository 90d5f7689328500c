import { capabilities } from "@/providers/capability";
import { app } from "@/providers/github/app/method";
import { RESERVED } from "@/providers/github/parse-url";
import { tokenKinds } from "@/providers/github/token-kinds";
import type { AuthMethod, Manifest } from "@/providers/provider";

/** Below the address: the forms for a new token, filled in. */
export const CLASSIC_PAGE = "/settings/tokens/new?scopes=repo,read:org&description=Slipway";
export const FINE_GRAINED_PAGE =
  "/settings/personal-access-tokens/new?name=Slipway&description=Deployments+by+Slipway&contents=read";

export const token: AuthMethod = {
  kind: "form",
  label: "Access token",
  why: "Works at once with every GitHub: paste a personal access token, classic or fine-grained.",
  fields: [
    {
      name: "githubUrl",
      label: "GitHub address",
      help: "Leave it at github.com, or enter that of your Enterprise Server or your subdomain of ghe.com.",
      placeholder: "https://github.com",
      kind: "url",
    },
    {
      name: "accessToken",
      label: "Access token",
      help: "Classic (ghp_…) for everything that the account reaches; fine-grained (github_pat_…) for one owner and chosen repositories.",
      placeholder: "ghp_…",
      required: true,
      secret: true,
      kinds: tokenKinds,
    },
    {
      name: "organization",
      label: "Organization",
      help: "Only repositories of this organization or user. Leave it empty for all that the token reaches.",
      placeholder: "acme",
    },
    { name: "username", label: "User name", help: "For your own notes; the token decides.", advanced: true },
  ],
  scopes: [
    {
      name: "repo",
      why: "Lists and fetches private repositories, and makes webhooks, statuses and comments. GitHub has no narrower scope; a fine-grained token has Contents: read in its place, and the permissions of each feature that you want.",
      needs: [...capabilities],
    },
    {
      name: "read:org",
      why: "Names your organizations, for the search and for a name that was mistyped.",
      needs: [],
      optional: true,
    },
  ],
  steps: [
    `Open {githubUrl}${CLASSIC_PAGE} for a classic token; repo and read:org are ticked already.`,
    `Or open {githubUrl}${FINE_GRAINED_PAGE} for a fine-grained one, and choose the owner and the repositories.`,
    "For a fine-grained one, Contents: read is enough to deploy by hand. Add Webhooks: read and write to deploy on every push, Commit statuses: read and write to report there, and Pull requests: read and write for previews.",
    "Pick an expiry date. Slipway reads it and reminds you before.",
    "Generate the token and paste it here. GitHub shows it once.",
    "Does the organization use single sign-on? Choose Configure SSO beside the new token and authorize it.",
  ],
  credentialPage: `{githubUrl}${CLASSIC_PAGE}`,
  can: [...capabilities],
  requires: ["accessToken"],
};

const owners = {
  pathFields: ["organization"],
  beforeOwner: ["orgs", "organizations", "enterprises"],
  pages: [...RESERVED],
};

export const manifest: Manifest = {
  label: "GitHub",
  logo: "github.svg",
  docs: "https://docs.github.com/apps/using-github-apps/about-using-github-apps",
  hosts: [
    {
      label: "GitHub",
      baseUrl: "https://github.com",
      logo: "github.svg",
      aliases: ["www.github.com", "api.github.com", "ssh.github.com"],
      ...owners,
    },
    {
      label: "GitHub Enterprise",
      logo: "github.svg",
      needsAddress: true,
      address: {
        placeholder: "https://github.example.com",
        help: "Of your Enterprise Server, or your own subdomain of ghe.com.",
      },
      domains: ["ghe.com"],
      ...owners,
    },
  ],
  urlField: "githubUrl",
  ownerField: "organization",
  methods: { app, token },
};
