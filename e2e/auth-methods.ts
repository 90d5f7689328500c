import type { HostName } from "../scripts/stack/hosts";
import { TENANT } from "../src/providers/azureDevops/fake/entra";
import { CLIENT } from "../src/providers/simulator/seed";
import type { StackWithOwner } from "./stack";

/** Inputs of a form by their labels. */
export type Inputs = Record<string, string>;

/** One auth method as a person meets it: what is clicked and what is typed. */
export interface AuthMethod {
  /** Name of the provider and of what is deployed by it. */
  name: string;
  at: HostName;
  /** Its label in the list of hosts. */
  host: string;
  /** Label of the method. */
  method: string;
  /**
   * `form`: tested, then saved. `redirect`: authorized on the host's page. `ended`: the host no longer accepts it.
   */
  kind: "form" | "redirect" | "ended";
  inputs(stack: StackWithOwner): Inputs;
  /** Behind "More options". */
  more?(stack: StackWithOwner): Inputs;
  /** What the form says about the secret, recognized by its prefix. */
  recognizedAs?: string;
  /** Repository below `acme`. */
  repository?: string;
  /** Also take pictures on a phone in dark mode. */
  phone?: boolean;
}

/** Tokens that a person makes on each host, in the form that they have there. */
export const TOKENS = {
  classic: "ghp_0123456789abcdefghijABCDEFGHIJ012345",
  fineGrained: "github_pat_11ABCDEFG0123456789abcdef_0123456789abcdefghij",
  gitlab: "glpat-0123456789abcdefghij",
  apiToken: "ATATT3xFfGF00123456789abcdef",
  accessToken: "ATCTT3xFfGN00123456789abcdef",
  appPassword: "ATBB0123456789abcdef",
};

const client = { id: CLIENT.id, secret: CLIENT.secret };

/** Azure DevOps has its organization last in the address. */
function azure({ hosts }: StackWithOwner): { url: string; organization: string } {
  const { origin, pathname } = new URL(hosts.azureDevops.url);
  return { url: origin, organization: pathname.slice(1) };
}

const throughGateway = (stack: StackWithOwner) => ({
  Address: azure(stack).url,
  "Sign-in address": stack.hosts.entra.url,
});

const registered = (stack: StackWithOwner) => ({
  Organization: azure(stack).organization,
  "Directory (tenant) ID": TENANT,
  "Application (client) ID": client.id,
  "Client secret": client.secret,
});

const github = (token: string) => (stack: StackWithOwner) => ({
  "GitHub address": stack.hosts.github.url,
  "Access token": token,
});

const bitbucketGateway = ({ hosts }: StackWithOwner) => ({ Address: hosts.bitbucket.url });

/** Every auth method that has no browser test elsewhere, from the first click to a private repository. */
export const authMethods: AuthMethod[] = [
  {
    name: "GitHub classic",
    at: "github",
    host: "GitHub Enterprise",
    method: "Access token",
    kind: "form",
    inputs: github(TOKENS.classic),
    recognizedAs: "classic access token",
  },
  {
    name: "GitHub fine-grained",
    at: "github",
    host: "GitHub Enterprise",
    method: "Access token",
    kind: "form",
    inputs: github(TOKENS.fineGrained),
    recognizedAs: "fine-grained access token",
  },
  {
    name: "GitLab token",
    at: "gitlab",
    host: "GitLab self-managed",
    method: "Access token",
    kind: "form",
    inputs: ({ hosts }) => ({ "GitLab address": hosts.gitlab.url, "Access token": TOKENS.gitlab }),
    recognizedAs: "access token",
  },
  {
    name: "Bitbucket API token",
    at: "bitbucket",
    host: "Bitbucket",
    method: "API token",
    kind: "form",
    inputs: () => ({ "E-mail address": "acme-bot@example.com", "API token": TOKENS.apiToken }),
    more: bitbucketGateway,
    recognizedAs: "API token",
    phone: true,
  },
  {
    name: "Bitbucket access token",
    at: "bitbucket",
    host: "Bitbucket",
    method: "Repository, project or workspace access token",
    kind: "form",
    inputs: () => ({ "Access token": TOKENS.accessToken, Workspace: "acme" }),
    more: bitbucketGateway,
    recognizedAs: "repository, project or workspace access token",
  },
  {
    name: "Bitbucket consumer",
    at: "bitbucket",
    host: "Bitbucket",
    method: "OAuth consumer",
    kind: "redirect",
    inputs: () => ({ Key: client.id, Secret: client.secret }),
    more: bitbucketGateway,
  },
  {
    name: "Bitbucket app password",
    at: "bitbucket",
    host: "Bitbucket",
    method: "App password",
    kind: "ended",
    inputs: () => ({ "User name": "acme-bot", "App password": TOKENS.appPassword }),
    more: bitbucketGateway,
    recognizedAs: "app password",
  },
  {
    name: "Data Center token",
    at: "bitbucketServer",
    host: "Bitbucket Data Center",
    method: "HTTP access token",
    kind: "form",
    inputs: ({ hosts }) => ({ Address: hosts.bitbucketServer.url, "HTTP access token": hosts.token }),
  },
  {
    name: "Data Center link",
    at: "bitbucketServer",
    host: "Bitbucket Data Center",
    method: "Application link",
    kind: "redirect",
    inputs: ({ hosts }) => ({
      Address: hosts.bitbucketServer.url,
      "Client ID": client.id,
      "Client secret": client.secret,
    }),
  },
  {
    name: "Gitea application",
    at: "gitea",
    host: "Gitea",
    method: "OAuth2 application",
    kind: "redirect",
    inputs: ({ hosts }) => ({
      Address: hosts.gitea.url,
      "Client ID": client.id,
      "Client secret": client.secret,
    }),
  },
  {
    name: "Azure token",
    at: "azureDevops",
    host: "Azure DevOps Server",
    method: "Personal access token",
    kind: "form",
    inputs: (stack) => ({
      Address: azure(stack).url,
      Organization: azure(stack).organization,
      "Personal access token": stack.hosts.token,
    }),
  },
  {
    name: "Azure sign-in",
    at: "azureDevops",
    host: "Azure DevOps",
    method: "Sign in with Microsoft",
    kind: "redirect",
    inputs: registered,
    more: throughGateway,
    phone: true,
  },
  {
    name: "Azure principal",
    at: "azureDevops",
    host: "Azure DevOps",
    method: "Service principal",
    kind: "form",
    inputs: registered,
    more: throughGateway,
  },
  {
    name: "Git password",
    at: "git",
    host: "Git server",
    method: "User name and password",
    kind: "form",
    inputs: ({ hosts }) => ({
      Address: `${hosts.git.url}/acme/manual.git`,
      "Password or token": hosts.token,
    }),
  },
  {
    name: "Git public",
    at: "git",
    host: "Git server",
    method: "Public, without a password",
    kind: "form",
    inputs: ({ hosts }) => ({ Address: `${hosts.git.url}/acme/public-site.git` }),
    repository: "public-site",
  },
];
