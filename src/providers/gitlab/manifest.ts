import { capabilities } from "@/providers/capability";
import { address, group, internalAddress } from "@/providers/gitlab/fields";
import { oauth } from "@/providers/gitlab/oauth";
import { RESERVED } from "@/providers/gitlab/parse-url";
import { scopes } from "@/providers/gitlab/scopes";
import { tokenKinds } from "@/providers/gitlab/token-kinds";
import type { AuthMethod, Manifest } from "@/providers/provider";

/** Below the address: the form for a new token, filled in. */
export const TOKEN_PAGE =
  "/-/user_settings/personal_access_tokens?name=Slipway&scopes=read_api,read_repository";

const token: AuthMethod = {
  kind: "form",
  label: "Access token",
  why: "Works everywhere at once: paste a personal, group or project access token. Each ends on a date you choose.",
  recommended: true,
  fields: [
    address,
    {
      name: "accessToken",
      label: "Access token",
      help: "A personal, group or project access token. Fine-grained tokens (beta) work where they permit reading repositories, but do not tell what they permit.",
      placeholder: "glpat-…",
      required: true,
      secret: true,
      kinds: tokenKinds,
    },
    group,
    internalAddress,
    { name: "username", label: "User name", help: "For your own notes; the token decides.", advanced: true },
  ],
  scopes,
  steps: [
    "Open {gitlabUrl}/-/user_settings/personal_access_tokens, or Settings → Access tokens of a group or project.",
    "Choose Add new token (from GitLab 18.9 on Generate token, then Legacy), name it Slipway and pick an expiry date.",
    "Tick read_api and read_repository to deploy by hand. For webhooks, commit statuses and comments on merge requests tick api as well.",
    "For a group or project token choose the role Reporter, or with api Maintainer: nobody else may make webhooks.",
    "Create the token and paste it here. GitLab shows it once.",
  ],
  credentialPage: `{gitlabUrl}${TOKEN_PAGE}`,
  can: [...capabilities],
  requires: ["accessToken"],
};

/** All above the project is the group; below `/-/` are pages of the project. */
const pathPatterns = [
  "^/groups/(?<groupName>.+?)(?:/-/.*)?$",
  "^/(?<groupName>.+?)/[^/]+?(?:/-/.*)?$",
  "^/(?<groupName>[^/]+)$",
];

const aliases = ["www.gitlab.com", "altssh.gitlab.com"];
const pages = [...RESERVED].filter((page) => page !== "groups");

export const manifest: Manifest = {
  label: "GitLab",
  logo: "gitlab.svg",
  docs: "https://docs.gitlab.com/user/profile/personal_access_tokens/",
  hosts: [
    { label: "GitLab", baseUrl: "https://gitlab.com", logo: "gitlab.svg", aliases, pages, pathPatterns },
    { label: "GitLab self-managed", logo: "gitlab.svg", needsAddress: true, pages, pathPatterns },
  ],
  urlField: "gitlabUrl",
  internalUrlField: "gitlabInternalUrl",
  ownerField: "groupName",
  methods: { token, oauth },
};
