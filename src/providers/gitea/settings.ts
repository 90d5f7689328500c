import { z } from "zod";
import { Address } from "@/providers/kit/base-url";

/** Non-secret columns of the table `gitea`. */
export const Settings = z.object({
  /** The address people use, with its sub-path. */
  giteaUrl: Address,
  /** Where the server calls the API, when that is another address. */
  giteaInternalUrl: Address.nullish(),
  /** Narrows the list to one organization or user. */
  organizationName: z.string().max(255).nullish(),
  clientId: z.string().max(255).nullish(),
  redirectUri: z.string().max(2048).nullish(),
  scopes: z.string().max(2048).nullish(),
  /** Unix seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

/** Secret columns of the table `gitea`. */
export const Secrets = z.object({
  clientSecret: z.string().max(4096).nullish(),
  accessToken: z.string().max(4096).nullish(),
  refreshToken: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
