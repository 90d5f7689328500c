import { db } from "@/db/client";
import type { Repository } from "@/git/nouns";

/** An application whose repository is known by its permanent id. */
export interface Named {
  organizationId: string;
  applicationId: string;
}

/**
 * Bring the name and address of an application's repository up to what the host says now: it was renamed or given to
 * another owner. Nothing is changed when the application has gone on to another repository meanwhile.
 */
export async function syncName(of: Named, repository: Repository): Promise<void> {
  const { id, fullName, url } = repository;
  const { organizationId, applicationId } = of;
  await db().application.updateMany({
    where: { organizationId, applicationId, repositoryId: id, NOT: { repositoryFullName: fullName } },
    data: { repositoryFullName: fullName, repositoryUrl: url, repository: { ...repository } },
  });
}

/** The same where more than the name may differ: it was archived, or made private. */
export async function syncRepository(of: Named, repository: Repository): Promise<void> {
  const { id, fullName, url } = repository;
  const { organizationId, applicationId } = of;
  await db().application.updateMany({
    where: { organizationId, applicationId, repositoryId: id },
    data: { repositoryFullName: fullName, repositoryUrl: url, repository: { ...repository } },
  });
}
