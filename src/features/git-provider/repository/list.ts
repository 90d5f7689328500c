import type { Caller } from "@/access/caller";
import { openRow } from "@/features/git-provider/client/open";
import type { ListRepositories, RepositoryPage } from "@/features/git-provider/contract";
import { yieldsUntil } from "@/features/git-provider/health/rate-limit";
import { assertUsable, viewerOf } from "@/features/git-provider/record/access";
import { dedicatedRepository } from "@/features/git-provider/record/dedicated-repository";
import { readByTypeId } from "@/features/git-provider/record/read";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  type CachedPage,
  cachedPage,
  flightKey,
  inBackground,
  type ListQuery,
  savePage,
} from "@/features/git-provider/repository/cache";
import { checkRepositoryAccess } from "@/features/git-provider/repository/check-access";
import { hostCursor, shownPage } from "@/features/git-provider/repository/list-page";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { singleFlight } from "@/lib/single-flight";
import type { Provider } from "@/providers/provider";

/** A younger page is served without a refresh. */
const freshMs = 60_000;
/** An older page is not served: the host is called first. */
const keptMs = 12 * 3_600_000;
const deadlineMs = 15_000;

export interface Listed extends CachedPage {
  /** Older than a minute; a newer one is being fetched. */
  stale: boolean;
}

/**
 * One page of the repositories that a provider sees: the cached one at once, refreshed in the background when it is stale and
 * the budget at the host is not low, or the host's in one call.
 * @throws Fault of the host | `unsupported` where the host has no list
 */
export async function listRepositories(row: ProviderRow, query: ListQuery, refresh = false): Promise<Listed> {
  const cached = refresh ? null : await cachedPage(row, query);
  const age = cached ? Date.now() - cached.fetchedAt.getTime() : Number.POSITIVE_INFINITY;
  if (!cached || age > keptMs) return { ...(await fetchOnce(row, query)), stale: false };
  if (age <= freshMs) return { ...cached, stale: false };
  if (!yieldsUntil(row, new Date())) inBackground("repositories", fetchOnce(row, query));
  return { ...cached, stale: true };
}

function fetchOnce(row: ProviderRow, query: ListQuery): Promise<CachedPage> {
  return singleFlight(flightKey(row, query), () => fetchPage(row, query));
}

async function fetchPage(row: ProviderRow, query: ListQuery): Promise<CachedPage> {
  const { forge } = await openRow(row, { signal: AbortSignal.timeout(deadlineMs) });
  if (!forge.repositories)
    throw new Fault("unsupported", { code: "no_repository_list", params: { name: row.name } });
  const page = await forge.repositories.list(query);
  const fetched = { page, fetchedAt: new Date() };
  await savePage(row, query, fetched);
  return fetched;
}

/**
 * Repositories that a provider sees, page by page; of a dedicated credential that of its application alone. The cached page is returned at once; `stale` says that it is being
 * refreshed.
 * @throws Fault `not_found` | `conflict` reason `provider_inactive` | `invalid_input` reason `cursor_invalid` | of the
 *   host
 */
export async function repositories(
  caller: Caller,
  provider: Provider,
  input: ListRepositories & Record<string, unknown>,
): Promise<RepositoryPage> {
  const row = await readByTypeId(viewerOf(caller), provider, String(input[provider.idField]));
  assertUsable(row, row.applicationId ?? undefined);
  const search = input.search?.trim() || undefined;
  const owner = input.owner?.trim() || undefined;
  const own = await dedicatedRepository(row);
  if (own !== undefined) return onlyOwn(row, own, { search, owner });
  const scope = { row, list: "repositories", of: [search ?? "", owner ?? ""] };
  const cursor = input.cursor ? hostCursor(scope, input.cursor) : undefined;
  const query = { search, owner, cursor, limit: input.limit };
  const { page, fetchedAt, stale } = await listRepositories(row, query, input.refresh);
  return {
    items: page.items,
    total: page.total,
    ...shownPage(scope, page),
    fetchedAt: fetchedAt.toISOString(),
    stale,
  };
}

async function onlyOwn(
  row: ProviderRow,
  own: RepositoryKey | null,
  { search = "", owner = "" }: { search?: string; owner?: string },
): Promise<RepositoryPage> {
  const { forge } = await openRow(row, { signal: AbortSignal.timeout(deadlineMs) });
  const repository = own && (await checkRepositoryAccess(forge, own)).repository;
  const fits = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
  const isWanted = repository && fits(repository.fullName, search) && fits(repository.owner, owner);
  const items = isWanted ? [repository] : [];
  const fetchedAt = new Date().toISOString();
  return { items, total: items.length, nextCursor: null, fetchedAt, stale: false };
}
