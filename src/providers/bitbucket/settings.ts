import { z } from "zod";
import { Address } from "@/providers/kit/base-url";

export const BITBUCKET = "https://bitbucket.org";

const Name = z.string().max(255);

/** People may paste the page of the workspace or repository: its last parts are the name. */
const Slug = Name.transform((text) =>
  text
    .trim()
    .replace(/^https?:\/\/[^/]*/i, "")
    .replace(/^\/+|\/+$/g, ""),
);

/** The columns of the table `bitbucket` that hold no secret. Those of OAuth are unused by the other methods. */
export const Settings = z.object({
  /** There is one Bitbucket Cloud; another address is that of a proxy in front of it. */
  bitbucketUrl: Address.transform(webAddress).default(BITBUCKET),
  bitbucketUsername: Name.nullish(),
  /** Of the Atlassian account that the API token belongs to. */
  bitbucketEmail: Name.nullish(),
  /** Narrows the list to one workspace. */
  bitbucketWorkspaceName: Slug.transform((text) => text.split("/", 1)[0] ?? "").nullish(),
  /** The repository of a repository access token. */
  bitbucketRepositoryName: Slug.transform((text) => text.split("/").at(-1) ?? "").nullish(),
  clientId: Name.nullish(),
  /** Unix time in seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

/** People may copy the address of the API. */
function webAddress(text: string): string {
  return /^(?:(?:www|api)\.)?bitbucket\.org$/.test(new URL(text).hostname) ? BITBUCKET : text;
}

export const Secrets = z.object({
  apiToken: z.string().max(4096).nullish(),
  accessToken: z.string().max(4096).nullish(),
  appPassword: z.string().max(4096).nullish(),
  clientSecret: z.string().max(4096).nullish(),
  refreshToken: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
