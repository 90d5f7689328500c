import { capabilities } from "@/providers/capability";
import { address, group, internalAddress } from "@/providers/gitlab/fields";
import { scopes } from "@/providers/gitlab/scopes";
import { grantFields } from "@/providers/kit/grant-fields";
import type { AuthMethod } from "@/providers/provider";

/** Below the address: the applications that one has registered, and those that one has permitted. */
export const APPLICATIONS_PAGE = "/-/user_settings/applications";

/** An application registered on GitLab; the person signs in there and its tokens are renewed. */
export const oauth: AuthMethod = {
  kind: "redirect",
  renews: true,
  label: "OAuth application",
  why: "Nobody copies a token: you sign in on GitLab, permit Slipway there, and it renews its access by itself.",
  fields: [
    address,
    {
      name: "applicationId",
      label: "Application ID",
      help: "Of the application that is registered on GitLab.",
      required: true,
    },
    {
      name: "secret",
      label: "Secret",
      help: "Of the same application. GitLab shows it once; Renew secret makes another one.",
      placeholder: "gloas-…",
      required: true,
      secret: true,
      kinds: [
        { prefix: "gloas-", label: "OAuth application secret" },
        { prefix: "glpat-", label: "access token", unfit: true },
      ],
    },
    group,
    internalAddress,
    {
      name: "scopes",
      label: "Scopes",
      help: "Leave it empty to only read. Enter api to have webhooks, commit statuses and comments made; it has to be ticked at the application too.",
      placeholder: "read_api read_repository",
      advanced: true,
    },
    { name: "redirectUri", label: "Redirect URI", help: "Always that of Slipway.", advanced: true },
    ...grantFields("this application"),
  ],
  scopes,
  steps: [
    `Open {gitlabUrl}${APPLICATIONS_PAGE}, or Settings → Applications of a group, or Admin → Applications for everyone on the server.`,
    "Choose Add new application and name it Slipway.",
    "Enter the redirect URI that is shown here, leave Confidential ticked, and tick the scopes read_api and read_repository; for webhooks, commit statuses and comments also api.",
    "Choose Save application, then copy the Application ID and the Secret to this form.",
    "Save. GitLab then asks whether you permit Slipway; sign in with the account whose repositories are to be deployed.",
  ],
  credentialPage: `{gitlabUrl}${APPLICATIONS_PAGE}`,
  can: [...capabilities],
  requires: ["secret"],
  client: "applicationId",
};
