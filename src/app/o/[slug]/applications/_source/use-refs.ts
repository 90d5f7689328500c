"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ownerAndRepo } from "@/app/o/[slug]/applications/_source/source";
import { providerKey, useProviderCall } from "@/client/provider-call";
import { typeIdOf } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";

export interface RefsOf {
  type: GitProviderType;
  provider: GitProvider;
  /** `owner/name`, or the address where the host has no list of repositories. */
  fullName: string;
}

/** The branches or tags of a repository, page by page. */
export function useRefs(of: RefsOf, kind: "branches" | "tags", search: string) {
  const call = useProviderCall();
  const { type, provider, fullName } = of;
  const where = type.hasRepositories ? ownerAndRepo(fullName) : { url: fullName };
  const input = { ...typeIdOf(type, provider), ...where, search: search || undefined, limit: 100 };
  return useInfiniteQuery({
    queryKey: providerKey(type.type, kind, input),
    queryFn: ({ pageParam, signal }) =>
      call.query(type.type, kind, { ...input, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}
