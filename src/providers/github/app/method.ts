import { capabilities } from "@/providers/capability";
import { webhooks } from "@/providers/github/webhook";
import type { AuthMethod } from "@/providers/provider";

const levels = ["none", "read", "write", "admin"];

/** How far a permission goes: `write` includes `read`. 0 for a word that is none of GitHub's. */
export function levelOf(level: string): number {
  return Math.max(0, levels.indexOf(level));
}

const scopes: AuthMethod["scopes"] = [
  { name: "metadata: read", why: "Lists the repositories that were chosen.", needs: ["repositories"] },
  {
    name: "contents: read",
    why: "Reads branches and fetches the code with git.",
    needs: ["branches", "gitRead"],
  },
  {
    name: "pull_requests: write",
    why: "Previews: tells the App of pull requests, and keeps a comment on each with the address of its preview.",
    needs: ["pullRequests"],
    optional: true,
  },
  {
    name: "checks: write",
    why: "Shows each deployment as a check of its commit, and reads those of others where an environment waits for them.",
    needs: [],
    optional: true,
  },
  {
    name: "statuses: write",
    why: "Reports each deployment as a status of its commit where checks are not permitted.",
    needs: ["commitStatus"],
    optional: true,
  },
  {
    name: "deployments: write",
    why: "Lists what is deployed where on the page of the repository.",
    needs: [],
    optional: true,
  },
];

/** What a new App asks for: `contents` → `read`. */
export const permissions: Record<string, string> = Object.fromEntries(
  scopes.map(({ name }) => {
    const [permission = "", level = ""] = name.split(": ");
    return [permission, level];
  }),
);

/** What an App is told of; without one of these it could not deploy. Those about its installations come by themselves. */
export const events = [...new Set(Object.values(webhooks.events).flat())];

/** A GitHub App of the organization's own, made in the browser or pasted. */
export const app: AuthMethod = {
  kind: "redirect",
  label: "GitHub App",
  why: "Belongs to no person, reaches the repositories you choose, and its tokens last an hour. GitHub makes it in two clicks.",
  recommended: true,
  fields: [
    {
      name: "githubUrl",
      label: "GitHub address",
      help: "Leave it at github.com, or enter that of your Enterprise Server or your subdomain of ghe.com.",
      placeholder: "https://github.com",
      kind: "url",
    },
    {
      name: "organization",
      label: "Organization",
      help: "Where the App is made, and whose repositories are listed. Leave it empty for your own account.",
      placeholder: "acme",
    },
    {
      name: "githubAppName",
      label: "App name",
      help: "You can change it on GitHub before the App is made. No two Apps there have the same name.",
      placeholder: "slipway-acme",
      advanced: true,
    },
    {
      name: "githubAppVisibility",
      label: "Who may install it",
      help: "A private App is installed on the account that owns it only.",
      kind: "choice",
      choices: [
        { value: "private", label: "Only this account" },
        { value: "public", label: "Any account" },
      ],
      advanced: true,
    },
    {
      name: "githubAppId",
      label: "App ID",
      help: "Only for an App that exists already: all of the following is on its page.",
      placeholder: "123456",
      advanced: true,
    },
    { name: "githubClientId", label: "Client ID", placeholder: "Iv1.abc123def456", advanced: true },
    { name: "githubClientSecret", label: "Client secret", secret: true, advanced: true },
    {
      name: "githubInstallationId",
      label: "Installation ID",
      help: "The number at the end of the address of the installation's page.",
      placeholder: "789012",
      advanced: true,
    },
    {
      name: "githubPrivateKey",
      label: "Private key",
      help: "The whole .pem file.",
      placeholder: "-----BEGIN RSA PRIVATE KEY-----",
      secret: true,
      kind: "multiline",
      advanced: true,
    },
    { name: "githubWebhookSecret", label: "Webhook secret", secret: true, advanced: true },
  ],
  scopes,
  steps: [
    "Continue to GitHub, look at the name of the App and choose Create GitHub App.",
    "Choose the account and the repositories that Slipway may deploy, then Install.",
    "Does an owner have to approve the installation? GitHub tells them, and Slipway shows that it waits.",
    "For an App that exists already, paste its App ID and a private key of it under More options.",
  ],
  can: [...capabilities],
  requires: [],
  together: {
    any: [
      "githubAppId",
      "githubInstallationId",
      "githubPrivateKey",
      "githubClientSecret",
      "githubWebhookSecret",
    ],
    needs: ["githubAppId", "githubPrivateKey"],
  },
  authorized: ["githubInstallationId"],
  mending: "Approve its new permissions on the page of the installation.",
  renews: true,
};
