import { db } from "@/db/client";
import { saveHealth, storedHealth } from "@/features/git-provider/health/record-health";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { InstallationEvent } from "@/providers/webhook";

/** Changes after which an App can do nothing, and the reason that says what to do. */
const ends: Partial<Record<InstallationEvent["change"], string>> = {
  deleted: "installation_gone",
  suspended: "installation_suspended",
};

/**
 * The host told that the installation of an App changed. What ends it shows in the health at once; the background check
 * that is due from now on asks the host, and its answer counts. Lists of repositories are read anew.
 */
export async function recordInstallation(
  row: ProviderRow,
  change: InstallationEvent["change"],
): Promise<void> {
  const { gitProviderId, organizationId } = row;
  const code = ends[change];
  if (code) {
    const { account, expiresAt, neverExpires } = storedHealth(row);
    const reason = { code, params: { host: "GitHub" } };
    const found = { state: "broken", reason, checkedAt: new Date().toISOString() } as const;
    await saveHealth(row, { account, expiresAt, neverExpires, ...found });
  }
  await db().repositoryList.deleteMany({ where: { gitProviderId, organizationId } });
  await db().$executeRaw`UPDATE "git_provider" SET "checkDueAt" = now()
    WHERE "gitProviderId" = ${gitProviderId} AND "organizationId" = ${organizationId}`;
}
