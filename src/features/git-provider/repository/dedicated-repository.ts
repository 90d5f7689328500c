import { db } from "@/db/client";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { isSameName } from "@/features/git-provider/repository/same-name";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";

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

/**
 * A repository that is asked for through a provider. A dedicated credential may reach more than its repository: none of
 * that is for those who may see the provider.
 * @throws Fault `conflict` reason `provider_of_application`
 */
export async function keyThrough(row: ProviderRow, fullName: string): Promise<RepositoryKey> {
  const own = await dedicatedRepository(row);
  if (own === undefined) return { fullName };
  if (own && isSameName(own.fullName, fullName)) return own;
  throw new Fault("conflict", { code: "provider_of_application", params: { name: row.name } });
}
