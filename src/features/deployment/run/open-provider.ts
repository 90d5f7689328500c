import { retryOnDatabaseOutage } from "@/db/outage";
import type { Run } from "@/features/deployment/run/run";
import { type Opened, openForgeForOrganization } from "@/features/git-provider/client/open";

/** The provider of the application, for this run. Its secrets are masked in the log from here on. */
export async function openProvider({ lease, application, log, signal }: Run): Promise<Opened> {
  const options = { applicationId: lease.applicationId, signal };
  const { gitProviderId } = application;
  const opened = await retryOnDatabaseOutage(() =>
    openForgeForOrganization(lease.organizationId, gitProviderId, options),
  );
  log.hide(Object.values(opened.session.secrets));
  return opened;
}
