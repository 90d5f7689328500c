import { db } from "@/db/client";
import { type Opened, openForgeForOrganization } from "@/features/git-provider/client/open";
import type { RepositoryKey } from "@/git/nouns";

/** Contexts of Slipway's own statuses begin with this: they are none of the host's checks. */
export const ownContexts = "slipway/";

/** The host of an application's repository, open for a few calls. */
export interface ApplicationHost extends Pick<Opened, "forge" | "provider" | "row"> {
  key: RepositoryKey;
}

/** How it is opened; tests give a host of their own. */
export type OpenHost = (applicationId: string) => Promise<ApplicationHost>;

const deadlineMs = 20_000;

/** Open it for work that no deployment waits for. Its calls may last 20 seconds. @throws as `openForgeForOrganization` */
export async function openApplicationHost(applicationId: string): Promise<ApplicationHost> {
  const application = await db().application.findUniqueOrThrow({ where: { applicationId } });
  const { organizationId, gitProviderId, repositoryId, repositoryFullName: fullName } = application;
  const options = { applicationId, signal: AbortSignal.timeout(deadlineMs) };
  const opened = await openForgeForOrganization(organizationId, gitProviderId, options);
  return { ...opened, key: { id: repositoryId ?? undefined, fullName } };
}
