"use client";
import { keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { providerKey, useProviderCall } from "@/client/provider-call";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import type { Repository } from "@/git/nouns";

type TypeName = Pick<GitProviderType, "type" | "idField">;

/** The id of the provider in the table of its type, as its own procedures ask for it. */
export function typeIdOf(type: TypeName, provider: GitProvider): Record<string, unknown> {
  const fields = Object.entries(provider).find(([key]) => key === type.type)?.[1];
  return { [type.idField]: fieldsOf(fields)[type.idField] };
}

/** The non-secret fields of a provider's own type. */
export function typeFields(
  type: Pick<GitProviderType, "type">,
  provider: GitProvider,
): Record<string, unknown> {
  return fieldsOf(Object.entries(provider).find(([key]) => key === type.type)?.[1]);
}

/** The fields of a type that hold a secret, whatever the method. */
export function secretNames({ methods }: Pick<GitProviderType, "methods">): ReadonlySet<string> {
  const fields = Object.values(methods).flatMap((method) => method.fields);
  return new Set(fields.filter((field) => field.secret).map((field) => field.name));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

const staleTries = 6;

/**
 * The repositories a provider sees, page by page, with the time of the last call to the host. `refresh` asks the host
 * again.
 */
export function useRepositories(
  type: TypeName & Pick<GitProviderType, "hasRepositories">,
  provider: GitProvider,
  search: string,
  enabled = true,
) {
  const call = useProviderCall();
  const queries = useQueryClient();
  const input = { ...typeIdOf(type, provider), search: search || undefined, limit: 100 };
  const queryKey = providerKey(type.type, "repositories", input);
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call.query(type.type, "repositories", { ...input, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    enabled: enabled && type.hasRepositories,
    // A stale list is shown at once while the server asks the host: poll a few times for the fresh one.
    refetchInterval: ({ state }) =>
      state.dataUpdateCount < staleTries && state.data?.pages.some((page) => page.stale) ? 1_500 : false,
  });
  async function refresh(): Promise<void> {
    await call.query(type.type, "repositories", { ...input, refresh: true });
    await queries.invalidateQueries({ queryKey });
  }
  const pages = query.data?.pages ?? [];
  const repositories: Repository[] = pages.flatMap((page) => page.items);
  const incomplete = pages.find((page) => page.incomplete)?.incomplete?.reason;
  return { query, repositories, total: pages[0]?.total, incomplete, fetchedAt: pages[0]?.fetchedAt, refresh };
}
