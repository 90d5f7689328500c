import { z } from "zod";
import { Address } from "@/providers/kit/base-url";

export const SERVICES = "https://dev.azure.com";

const Name = z.string().max(255);

/** What people paste may be the page of the organization. */
const Organization = Name.transform((text) => {
  const pasted = /^https?:\/\/([^/]+)\/*([^?#]*)/i.exec(text.trim());
  if (!pasted) return text.trim().replace(/^\/+|\/+$/g, "");
  const [, host = "", path = ""] = pasted;
  const own = /^([\w-]+)\.visualstudio\.com$/i.exec(host)?.[1];
  return own ?? path.split("/", 1)[0] ?? "";
});

/** The columns of the table `azureDevops` that hold no secret. */
export const Settings = z.object({
  /** Azure DevOps Services, or a Server: its address without the collection. */
  azureDevopsUrl: Address.transform(hostAddress).default(SERVICES),
  /** The organization of Services, or the collection of a Server. */
  organizationName: Organization.nullish(),
  /** Narrows the list to one project. */
  projectName: Name.nullish(),
  /** User name of generated Git credentials; any works. */
  username: Name.nullish(),
  tenantId: Name.nullish(),
  /** Where Microsoft Entra ID is reached, when that is not its public address. */
  entraUrl: Address.nullish(),
  clientId: Name.nullish(),
  /** Unix time in seconds. */
  expiresAt: z.number().int().nullish(),
});
export type Settings = z.infer<typeof Settings>;

export const Secrets = z.object({
  // Microsoft includes groups in its tokens, which makes them long.
  accessToken: z.string().max(32_768).nullish(),
  clientSecret: z.string().max(4096).nullish(),
  refreshToken: z.string().max(32_768).nullish(),
});
export type Secrets = z.infer<typeof Secrets>;

/** A copied address may end with the organization, which has its own field. */
function hostAddress(text: string): string {
  const { hostname, origin } = new URL(text);
  return hostname === "dev.azure.com" || hostname.endsWith(".visualstudio.com") ? origin : text;
}
