import { z } from "zod";
import { Address } from "@/providers/kit/address";

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

/** The columns of the table `github` that hold no secret. Those of a GitHub App are unused by the method `token`. */
export const Settings = z.object({
  githubUrl: GithubAddress,
  username: Name.nullish(),
  /** Narrows the list to one organization or user. */
  organization: Name.nullish(),
  githubAppName: Name.nullish(),
  githubAppId: z.number().int().positive().max(2_147_483_647).nullish(),
  githubClientId: Name.nullish(),
  githubInstallationId: Name.nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  accessToken: z.string().max(4096).nullish(),
  githubClientSecret: z.string().max(4096).nullish(),
  githubPrivateKey: z.string().max(16_384).nullish(),
  githubWebhookSecret: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
