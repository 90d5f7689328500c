import { db } from "@/db/client";
import type { WebhookRow } from "@/features/webhook/row";

export interface HookApplication {
  applicationId: string;
  name: string;
}

type RepositoryOfHook = Pick<WebhookRow, "gitProviderId" | "repositoryId">;

/** How a repository of a provider is looked up. */
export function hookKey({ gitProviderId, repositoryId }: RepositoryOfHook): string {
  return `${gitProviderId} ${repositoryId}`;
}

/** The applications of these providers by `hookKey` of their repository. */
export async function applicationsOfHooks(
  organizationId: string,
  gitProviderIds: string[],
): Promise<Map<string, HookApplication[]>> {
  const rows = await db().application.findMany({
    where: { organizationId, gitProviderId: { in: gitProviderIds } },
    select: {
      applicationId: true,
      name: true,
      gitProviderId: true,
      repositoryId: true,
      repositoryUrl: true,
    },
    orderBy: { name: "asc" },
  });
  const found = new Map<string, HookApplication[]>();
  for (const { applicationId, name, gitProviderId, repositoryId, repositoryUrl } of rows) {
    const key = hookKey({ gitProviderId, repositoryId: repositoryId ?? repositoryUrl });
    found.set(key, [...(found.get(key) ?? []), { applicationId, name }]);
  }
  return found;
}
