import type { Field } from "@/providers/provider";

/** Inputs that every way to authorize has. */
export const address: Field = {
  name: "gitlabUrl",
  label: "GitLab address",
  help: "Where you open GitLab in the browser, with its sub-path if it has one.",
  placeholder: "https://gitlab.com",
  required: true,
  kind: "url",
};

export const group: Field = {
  name: "groupName",
  label: "Group",
  help: "Only repositories of this group and its sub-groups. Write the full path as in its address.",
  placeholder: "acme/platform",
};

export const internalAddress: Field = {
  name: "gitlabInternalUrl",
  label: "Internal address",
  help: "How this server reaches GitLab, when it differs from the address in the browser.",
  placeholder: "http://gitlab.internal",
  kind: "url",
  advanced: true,
};
