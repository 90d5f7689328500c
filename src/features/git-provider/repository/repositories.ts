import type { Caller } from "@/access/caller";
import type { ListRepositories, RepositoryPage } from "@/features/git-provider/contract";
import { assertUsable, viewerOf } from "@/features/git-provider/record/access";
import { readByTypeId } from "@/features/git-provider/record/read";
import { hostCursor, ourCursor } from "@/features/git-provider/repository/cursor";
import { listRepositories } from "@/features/git-provider/repository/list";
import type { Provider } from "@/providers/provider";

/**
 * Repositories that a provider sees, page by page. The last known page comes at once; `stale` says that a newer one
 * is on its way.
 * @throws Fault `not_found` | `conflict` reason `provider_inactive` | `invalid_input` reason `cursor_invalid` | of the host
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
  const scope = { row, list: "repositories", of: [search ?? "", owner ?? ""] };
  const cursor = hostCursor(scope, input.cursor);
  const query = { search, owner, cursor, limit: input.limit };
  const { page, fetchedAt, stale } = await listRepositories(row, query, input.refresh);
  return {
    ...page,
    nextCursor: ourCursor(scope, page.nextCursor),
    fetchedAt: fetchedAt.toISOString(),
    stale,
  };
}
