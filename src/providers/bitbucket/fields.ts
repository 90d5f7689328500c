import type { Field } from "@/providers/provider";

/** Inputs that several ways to authorize have. */
export const workspace: Field = {
  name: "bitbucketWorkspaceName",
  label: "Workspace",
  help: "As in the address: bitbucket.org/workspace. Leave it empty for all workspaces of the account.",
  placeholder: "acme",
};

/** There is one Bitbucket Cloud; a proxy in front of it hands on both its pages and its API. */
export const address: Field = {
  name: "bitbucketUrl",
  label: "Address",
  help: "Always https://bitbucket.org, unless this server reaches it through a gateway: then the address of that.",
  placeholder: "https://bitbucket.org",
  kind: "url",
  advanced: true,
};
