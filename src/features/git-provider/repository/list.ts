import { openRow } from "@/features/git-provider/client/open";
import { yieldsUntil } from "@/features/git-provider/health/rate-limit";
import type { ProviderRow } from "@/features/git-provider/record/row";
import {
  behind,
  type CachedPage,
  cachedPage,
  flightKey,
  type ListQuery,
  savePage,
  singleFlight,
} from "@/features/git-provider/repository/cache";
import { Fault } from "@/lib/fault";

/** How long a page counts as new. */
const freshMs = 60_000;
/** After this the host is asked first: what is so old would only surprise. */
const keptMs = 12 * 3_600_000;
const deadlineMs = 15_000;

export interface Listed extends CachedPage {
  /** Older than a minute; a newer one is being fetched. */
  stale: boolean;
}

/**
 * One page of the repositories that a provider sees: the cached one at once, refreshed behind when it is stale and
 * the budget at the host is not low, or the host's in one call.
 * @throws Fault of the host | `unsupported` where the host has no list
 */
export async function listRepositories(row: ProviderRow, query: ListQuery, refresh = false): Promise<Listed> {
  const cached = refresh ? null : await cachedPage(row, query);
  const age = cached ? Date.now() - cached.fetchedAt.getTime() : Number.POSITIVE_INFINITY;
  if (!cached || age > keptMs) return { ...(await fetchOnce(row, query)), stale: false };
  if (age <= freshMs) return { ...cached, stale: false };
  if (!yieldsUntil(row, new Date())) behind("repositories", fetchOnce(row, query));
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
