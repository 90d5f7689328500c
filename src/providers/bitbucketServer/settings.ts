import { z } from "zod";
import { Address } from "@/providers/kit/base-url";

const Name = z.string().max(255);

/** What people paste may be the page of the project: its last part is the key. */
const ProjectKey = Name.transform((text) => {
  const path = text.trim().replace(/^https?:\/\/[^/]*/i, "");
  const person = /\/users\/([^/]+)/.exec(path)?.[1];
  return person ? `~${person}` : (path.split("/").filter(Boolean).at(-1) ?? "");
});

/** The columns of the table `bitbucketServer` that hold no secret. */
export const Settings = z.object({
  bitbucketServerUrl: Address,
  bitbucketServerInternalUrl: Address.nullish(),
  /** Of a personal token, for git. Asked from the server when it is not entered. */
  username: Name.nullish(),
  /** Narrows the list to one project; `~ada` is the personal one of ada. */
  projectKey: ProjectKey.nullish(),
  clientId: Name.nullish(),
  /** The redirect URI of the authorization that gave the tokens: a refresh has to name it. */
  redirectUri: z.string().max(2048).nullish(),
  /** What is asked for, when it is not the usual. */
  scopes: z.string().max(255).nullish(),
  /** Unix time in seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  accessToken: z.string().max(4096).nullish(),
  clientSecret: z.string().max(4096).nullish(),
  refreshToken: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
