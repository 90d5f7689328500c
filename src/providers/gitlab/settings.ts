import { z } from "zod";
import { Address } from "@/providers/kit/base-url";

/** A group by its full path, as in its address: `acme/platform`. */
const GroupName = z
  .string()
  .max(255)
  .transform((text) => text.trim().replace(/^\/+|\/+$/g, ""));

/** The columns of the table `gitlab` that hold no secret. Those of OAuth are unused by the method `token`. */
export const Settings = z.object({
  gitlabUrl: Address,
  gitlabInternalUrl: Address.nullish(),
  groupName: GroupName.nullish(),
  username: z.string().max(255).nullish(),
  applicationId: z.string().max(255).nullish(),
  redirectUri: z.string().max(2048).nullish(),
  /** What an authorization asks for; reading when empty. */
  scopes: z.string().max(1024).nullish(),
  /** Unix time in seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  secret: z.string().max(4096).nullish(),
  accessToken: z.string().max(4096).nullish(),
  refreshToken: z.string().max(4096).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;
