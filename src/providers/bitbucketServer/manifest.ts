import { oauth } from "@/providers/bitbucketServer/oauth";
import { capabilities } from "@/providers/capability";
import type { AuthMethod, Manifest } from "@/providers/provider";

export const token: AuthMethod = {
  kind: "form",
  label: "HTTP access token",
  why: "Works without an administrator: of a person, or of one project or repository.",
  recommended: true,
  fields: [
    {
      name: "bitbucketServerUrl",
      label: "Address",
      help: "Where you open it in the browser, with its sub-path if it has one.",
      placeholder: "https://bitbucket.example.com",
      required: true,
      kind: "url",
    },
    {
      name: "accessToken",
      label: "HTTP access token",
      help: "Best of an account of its own, or of the project: it stays when people leave.",
      required: true,
      secret: true,
      kinds: [
        { prefix: "ATATT", label: "API token of Bitbucket Cloud", unfit: true },
        { prefix: "ATCTT", label: "access token of Bitbucket Cloud", unfit: true },
        { prefix: "ATBB", label: "app password of Bitbucket Cloud", unfit: true },
      ],
    },
    {
      name: "projectKey",
      label: "Project",
      help: "Only repositories of this project, by its key; ~name for those of a person. Leave it empty for all that the token reaches.",
      placeholder: "ACME",
    },
    {
      name: "tokenExpiresOn",
      label: "Ends on",
      help: "Bitbucket does not tell it. Enter the day that you chose, to be reminded before.",
      kind: "date",
    },
    {
      name: "username",
      label: "User name",
      help: "For git. Leave it empty to have it found out.",
      advanced: true,
    },
    {
      name: "bitbucketServerInternalUrl",
      label: "Internal address",
      help: "How this server reaches it, when that differs from the address in the browser.",
      placeholder: "http://bitbucket:7990",
      kind: "url",
      advanced: true,
    },
  ],
  scopes: [
    {
      name: "PROJECT_READ",
      why: "Lists projects and the repositories in them.",
      needs: ["repositories"],
    },
    {
      name: "REPO_READ",
      why: "Reads branches and tags, fetches the code, reports deployments on commits and comments on pull requests.",
      needs: ["branches", "gitRead", "commitStatus", "pullRequests"],
    },
    {
      name: "REPO_ADMIN",
      why: "For push to deploy: makes the webhooks.",
      needs: ["webhooks"],
      optional: true,
    },
  ],
  steps: [
    "Open {bitbucketServerUrl}/plugins/servlet/access-tokens/manage. For one project or repository open its settings, and there HTTP access tokens.",
    "Choose Create token and name it Slipway.",
    "Under Project permissions choose Read and under Repository permissions Read; for push to deploy Admin, which includes it.",
    "Pick an expiry date, create the token and paste it here. It is shown once.",
  ],
  credentialPage: "{bitbucketServerUrl}/plugins/servlet/access-tokens/manage",
  can: [...capabilities],
  requires: ["accessToken"],
};

export const manifest: Manifest = {
  label: "Bitbucket Data Center",
  logo: "bitbucket.svg",
  docs: "https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html",
  hosts: [
    {
      label: "Bitbucket Data Center",
      logo: "bitbucket.svg",
      needsAddress: true,
      // A page of the project, a clone address over HTTPS, and one over SSH.
      pathPatterns: [
        "^/projects/(?<projectKey>[^/]+)",
        "^/users/",
        "^/scm/(?<projectKey>[^/~]+)/",
        "^/(?<projectKey>[^/~]+)/[^/]+\\.git$",
      ],
    },
  ],
  urlField: "bitbucketServerUrl",
  internalUrlField: "bitbucketServerInternalUrl",
  ownerField: "projectKey",
  methods: { token, oauth },
};
