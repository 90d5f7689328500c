import { db } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import type { RepositoryKey } from "@/git/nouns";

/**
 * The one repository that a dedicated credential is for: that of its application. Null when the application uses another
 * provider by now, undefined for a provider that is shared.
 */
export async function dedicatedRepository(row: ProviderRow): Promise<RepositoryKey | null | undefined> {
  if (row.visibility !== "application") return undefined;
  const { organizationId, gitProviderId, applicationId } = row;
  if (applicationId === null) return null;
  const application = await db().application.findFirst({
    where: { organizationId, gitProviderId, applicationId },
    select: { repositoryId: true, repositoryFullName: true },
  });
  return (
    application && { id: application.repositoryId ?? undefined, fullName: application.repositoryFullName }
  );
}
