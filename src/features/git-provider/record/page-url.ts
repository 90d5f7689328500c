import { organizationPath } from "@/access/organization-slug";
import { env } from "@/lib/env";

interface ProviderId {
  organizationId: string;
  gitProviderId: string;
}

/** The path of a provider's page. */
export async function providerPage({ organizationId, gitProviderId }: ProviderId): Promise<string> {
  return `${await organizationPath(organizationId)}/providers/${encodeURIComponent(gitProviderId)}`;
}

/** The page of Slipway on which a person starts the authorization of a provider. */
export async function authorizePage(provider: ProviderId): Promise<string> {
  return `${env().url}${await providerPage(provider)}/authorize`;
}
