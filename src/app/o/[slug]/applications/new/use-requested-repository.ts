"use client";
import { useQuery } from "@tanstack/react-query";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { useTRPC } from "@/client/trpc";
import { useRepositories } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";

interface RequestedRepository {
  pending: boolean;
  source: Source | null;
  /** To search for, when it is not there under just this name. */
  search: string | undefined;
}

// A placeholder while the types are loading: no call is made with it.
const none: Pick<GitProviderType, "type" | "idField" | "hasRepositories"> = {
  type: "",
  idField: "",
  hasRepositories: false,
};

/** The repository that an address of this page names. */
export function useRequestedRepository(provider: GitProvider, fullName: string | null): RequestedRepository {
  const trpc = useTRPC();
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const type = types.find((each) => each.type === provider.providerType);
  const { query, repositories } = useRepositories(type ?? none, provider, fullName ?? "", fullName !== null);
  if (fullName === null) return { pending: false, source: null, search: undefined };
  const repository = repositories.find((each) => each.fullName.toLowerCase() === fullName.toLowerCase());
  return {
    pending: query.isPending && query.fetchStatus !== "idle",
    source: repository ? { provider, repository } : null,
    search: fullName,
  };
}
