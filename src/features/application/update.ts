import { rm } from "node:fs/promises";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { buildColumns } from "@/features/application/build-fields";
import { namingFault } from "@/features/application/conflict";
import type { Application, UpdateApplication } from "@/features/application/contract";
import { dedicatedProvidersOf } from "@/features/application/dedicated-providers";
import { findApplication } from "@/features/application/find";
import { isUrl } from "@/features/application/is-url";
import { locate, nameOfText } from "@/features/application/locate";
import { providerOfSource } from "@/features/application/provider-of-source";
import { type ApplicationRow, toApplication } from "@/features/application/public";
import { assertSlugNotKept } from "@/features/application/slug";
import { type Source, sourceColumns } from "@/features/application/source";
import { siteOf } from "@/features/environment/site";
import { providerOf, storedSettings } from "@/features/git-provider/client/open";
import { system } from "@/features/git-provider/record/access";
import { readProvider } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { beginRemoval } from "@/features/git-provider/removal/begin";
import { finishRemoval } from "@/features/git-provider/removal/finish";
import { assertNotReplaced } from "@/features/git-provider/repository/check-access";
import { matchUrl, parseRepositoryUrl } from "@/features/git-provider/repository/match-url";
import { hostOfRow, isSameHost } from "@/features/git-provider/repository/same-host";
import { isSameName } from "@/features/git-provider/repository/same-name";
import { mirrorFolder } from "@/features/site/folder";
import { requestHooks } from "@/features/webhook/request";
import { Fault } from "@/lib/fault";
import { messageOf } from "@/lib/reason";

/**
 * Change what is given and keep the rest. Another provider or repository is saved only after it was read.
 * @throws Fault `not_found` | `invalid_input` | `conflict` reason `name_taken` | `site_taken`, or what the host
 *   answered
 */
export async function update(caller: Caller, input: UpdateApplication): Promise<Application> {
  const before = await findApplication(caller, input.applicationId);
  const build = buildColumns(input);
  assertVariablesFrom(before, input.previews);
  const source = await newSource(caller, before, input);
  const { name, slug } = input;
  const data = { name, slug, ...previewColumns(input), ...build, ...(source && sourceColumns(source)) };
  const left = source ? await dedicatedProvidersOf(before, source.provider) : [];
  await transaction((tx) => write(tx, caller, before, { data, source, slug, left })).catch(
    (error: unknown) => {
      throw namingFault(error, input);
    },
  );
  await Promise.all(left.map(finishRemoval));
  if (source) await rm(mirrorFolder(before.applicationId), { recursive: true, force: true });
  const after = await findApplication(caller, before.applicationId);
  return toApplication(after);
}

/**
 * The new source of the code; null when it does not change.
 * @throws Fault `invalid_input` reason `dedicated_token_bound`
 */
async function newSource(
  caller: Caller,
  before: ApplicationRow,
  input: UpdateApplication,
): Promise<Source | null> {
  const { applicationId } = before;
  const { username, accessToken } = input;
  // The whole URL, not the name: another host may have a repository of the same name.
  const repository = input.repository ?? before.repositoryUrl;
  const gitProviderId = input.gitProviderId ?? before.gitProviderId;
  if (accessToken?.trim()) {
    const source = await locate(caller, { repository, username, accessToken, applicationId });
    return input.repository === undefined ? sameRepository(before, source) : source;
  }
  if (input.repository === undefined) {
    if (gitProviderId === before.gitProviderId) return null;
    return sameRepository(before, await locate(caller, { gitProviderId, repository, applicationId }));
  }
  await assertForRepository(before, gitProviderId, repository);
  return locate(caller, { gitProviderId, repository, applicationId });
}

/**
 * What was found for a repository that nobody named: only where a person gives it, another one may take its place.
 * @throws Fault `conflict` reason `repository_replaced`
 */
async function sameRepository(before: ApplicationRow, source: Source): Promise<Source> {
  const { organizationId, repositoryId, repositoryFullName } = before;
  const known = await readProvider(system(organizationId), before.gitProviderId);
  const found =
    "id" in source.provider
      ? hostOfRow(await readProvider(system(organizationId), source.provider.id))
      : source.provider.dedicated;
  if (isSameHost(hostOfRow(known), found)) {
    assertNotReplaced({ id: repositoryId, fullName: repositoryFullName }, { id: source.repositoryId });
  }
  return source;
}

/**
 * A dedicated credential is for the repository it was given for: whoever may change the application but holds no token
 * must not look at another repository with it, let alone publish one. Of one that the application no longer uses it is
 * not known what it was for.
 */
async function assertForRepository(
  before: ApplicationRow,
  gitProviderId: string,
  repository: string,
): Promise<void> {
  const row = await readProvider(system(before.organizationId), gitProviderId);
  const isUsed = gitProviderId === before.gitProviderId;
  if (row.visibility !== "application" || (isUsed && isSameRepository(row, before, repository))) return;
  const reason = { code: "dedicated_token_bound" };
  const issues = [{ path: "accessToken", message: messageOf(reason) }];
  throw new Fault("invalid_input", reason, { issues });
}

function isSameRepository(row: ProviderRow, before: ApplicationRow, repository: string): boolean {
  const known = before.repositoryFullName;
  if (!isUrl(repository)) return isSameName(nameOfText(repository), known);
  const provider = providerOf(row);
  const parsed = matchUrl(provider, storedSettings(provider, row), parseRepositoryUrl(repository));
  return parsed !== null && isSameName(parsed.fullName, known);
}

/** Previews are looked at again as soon as their rules have changed. */
function previewColumns({ previews }: UpdateApplication) {
  if (previews === undefined) return {};
  return { previews: previews ?? Prisma.DbNull, previewsDueAt: null };
}

/** @throws Fault `invalid_input` reason `preview_variables_missing` */
function assertVariablesFrom(
  { environments }: ApplicationRow,
  previews: UpdateApplication["previews"],
): void {
  const id = previews?.variablesFrom;
  if (!id || environments.some(({ environmentId }) => environmentId === id)) return;
  const reason = { code: "preview_variables_missing" };
  const issues = [{ path: "previews.variablesFrom", message: messageOf(reason) }];
  throw new Fault("invalid_input", reason, { issues });
}

interface Change {
  data: Record<string, unknown>;
  source: Source | null;
  slug: string | undefined;
  /** Dedicated providers that it no longer uses. */
  left: ProviderRow[];
}

async function write(
  tx: Db,
  caller: Caller,
  before: ApplicationRow,
  { data, source, slug, left }: Change,
): Promise<void> {
  const { applicationId, organizationId } = before;
  const gitProviderId = source ? await providerOfSource(tx, caller, applicationId, source) : undefined;
  await tx.application.updateMany({
    where: { applicationId, organizationId },
    data: { ...data, gitProviderId },
  });
  await requestHooks(tx, organizationId);
  // A dedicated provider is of no use once its application uses another one.
  if (gitProviderId) for (const row of left) await beginRemoval(tx, row);
  if (!slug || slug === before.slug) return;
  await assertSlugNotKept(tx, organizationId, slug);
  const environments = await tx.environment.findMany({
    where: { applicationId, organizationId },
    select: { environmentId: true, name: true },
  });
  for (const { environmentId, name } of environments) {
    await tx.environment.update({ where: { environmentId }, data: { site: siteOf(slug, name) } });
  }
}
