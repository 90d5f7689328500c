import { z } from "zod";
import { PrivateKeyText } from "@/providers/github/app/private-key";
import { Address } from "@/providers/kit/base-url";

export const GITHUB = "https://github.com";

/** The web address of a GitHub: `https://github.com`, `https://acme.ghe.com` or that of an Enterprise Server. */
const GithubAddress = Address.transform(webAddress).default(GITHUB);

/** What people copy may be the address of the API, or a page of theirs on a host that has no sub-path. */
function webAddress(text: string): string {
  const { hostname } = new URL(text);
  if (/^(?:(?:www|api)\.)?github\.com$/.test(hostname)) return GITHUB;
  const tenant = /^(?:api\.)?([a-z0-9-]+\.ghe\.com)$/.exec(hostname)?.[1];
  return tenant ? `https://${tenant}` : text.replace(/\/api\/(?:v3|graphql)$/, "");
}

const Name = z.string().max(255);

/** The columns of the table `github` that hold no secret. `organization` narrows lists, and is where an App is made. */
export const Settings = z.object({
  githubUrl: GithubAddress,
  username: Name.nullish(),
  /** Narrows the list to one organization or user. */
  organization: Name.nullish(),
  githubAppName: Name.nullish(),
  githubAppId: z.number().int().positive().max(2_147_483_647).nullish(),
  githubClientId: Name.nullish(),
  githubInstallationId: z
    .string()
    .regex(/^\d{1,18}$/, "The installation ID is a number, as at the end of the address of its page.")
    .nullish(),
  /** As in the address of the App's page: `github.com/apps/<slug>`. */
  githubAppSlug: Name.nullish(),
  /** Who may install an App that is made from here; private unless it says so. */
  githubAppVisibility: z.enum(["private", "public"]).nullish(),
  /** When the access token of an installation ends, in Unix seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  accessToken: z.string().max(4096).nullish(),
  githubClientSecret: z.string().max(4096).nullish(),
  githubPrivateKey: PrivateKeyText.nullish(),
  githubWebhookSecret: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
