import { env } from "@/lib/env";

/** The page of ours on which a person begins to authorize a provider. */
export function authorizePage(gitProviderId: string): string {
  return `${env().url}/providers/${encodeURIComponent(gitProviderId)}/authorize`;
}
