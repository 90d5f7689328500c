import type { Field } from "@/providers/provider";

/** Inputs that several ways to authorize have. */
export const workspace: Field = {
  name: "bitbucketWorkspaceName",
  label: "Workspace",
  help: "As in the address: bitbucket.org/workspace. Leave it empty for all workspaces of the account.",
  placeholder: "acme",
};
