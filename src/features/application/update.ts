import { rm } from "node:fs/promises";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { buildColumns } from "@/features/application/build-fields";
import { namingFault } from "@/features/application/conflict";
import type { Application, UpdateApplication } from "@/features/application/contract";
import { dedicatedProvidersOf } from "@/features/application/dedicated-providers";
import { findApplication } from "@/features/application/find";
import { locate } from "@/features/application/locate";
import { type ApplicationRow, toApplication } from "@/features/application/public";
import { type Source, sourceColumns } from "@/features/application/source";
import { siteOf } from "@/features/environment/site";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { finishRemoval } from "@/features/git-provider/removal/finish";
import { holdInService, markRemoval } from "@/features/git-provider/removal/mark";
import { mirrorFolder } from "@/features/site/folder";

/**
 * Change what is given and keep the rest. Another provider or repository is asked for before it is taken.
 * @throws Fault `not_found` | `invalid_input` | `conflict` reason `name_taken` | `site_taken`, or what the host answered
 */
export async function update(caller: Caller, input: UpdateApplication): Promise<Application> {
  const before = await findApplication(caller, input.applicationId);
  const build = buildColumns(input);
  const source = await newSource(caller, before, input);
  const { name, slug } = input;
  const data = { name, slug, ...build, ...(source && sourceColumns(source)) };
  const left = source ? await dedicatedProvidersOf(before, source.provider) : [];
  await transaction((tx) => write(tx, before, { data, source, slug, left })).catch((error: unknown) => {
    throw namingFault(error, input);
  });
  await Promise.all(left.map(finishRemoval));
  if (source) await rm(mirrorFolder(before.applicationId), { recursive: true, force: true });
  const after = await findApplication(caller, before.applicationId);
  return toApplication(after);
}

/** Null when the code stays where it is. */
async function newSource(
  caller: Caller,
  before: ApplicationRow,
  input: UpdateApplication,
): Promise<Source | null> {
  const gitProviderId = input.gitProviderId ?? before.gitProviderId;
  const repository = input.repository ?? before.repositoryFullName;
  const same = gitProviderId === before.gitProviderId && repository === before.repositoryFullName;
  if (same) return null;
  return locate(caller, { gitProviderId, repository, applicationId: before.applicationId });
}

interface Change {
  data: Record<string, unknown>;
  source: Source | null;
  slug: string | undefined;
  /** Dedicated providers that it no longer uses. */
  left: ProviderRow[];
}

async function write(tx: Db, before: ApplicationRow, { data, source, slug, left }: Change): Promise<void> {
  const { applicationId, organizationId } = before;
  const gitProviderId = source && "id" in source.provider ? source.provider.id : undefined;
  if (gitProviderId) await holdInService(tx, gitProviderId);
  await tx.application.updateMany({
    where: { applicationId, organizationId },
    data: { ...data, gitProviderId },
  });
  // A dedicated provider serves nobody once its application left it.
  if (gitProviderId) for (const row of left) await markRemoval(tx, row);
  if (!slug || slug === before.slug) return;
  for (const { environmentId, name } of before.environments) {
    await tx.environment.update({ where: { environmentId }, data: { site: siteOf(slug, name) } });
  }
}
