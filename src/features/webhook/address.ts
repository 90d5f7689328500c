import { isPublic } from "@/features/git-provider/oauth/public-url";
import { env } from "@/lib/env";

/** Where a host has to send: `<SLIPWAY_URL>/api/<type>/webhook/<id>`. The id is the webhook's, or the GitHub App's. */
export function hookAddress(providerType: string, id: string): string {
  return `${env().url}/api/${providerType}/webhook/${id}`;
}

/** Whether a host at `hostUrl` can reach this instance: only one in the same network reaches a private address. */
export function isReachableFrom(hostUrl: string): boolean {
  return isPublic(env().url) || !URL.canParse(hostUrl) || !isPublic(hostUrl);
}

/** An address of this instance under another SLIPWAY_URL than the present one. */
export function isFormerAddress(url: string): boolean {
  return url !== "" && URL.canParse(url) && new URL(url).origin !== new URL(env().url).origin;
}
