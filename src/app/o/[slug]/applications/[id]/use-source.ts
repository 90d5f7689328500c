"use client";
import { useQuery } from "@tanstack/react-query";
import type { RefsOf } from "@/app/o/[slug]/applications/_source/use-refs";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { GitProvider } from "@/features/git-provider/contract";

/** The provider of an application and how its branches are asked for; null for one that the caller cannot see. */
export function useSource(application: Application): {
  provider: GitProvider | null;
  of: RefsOf | null;
  defaultBranch: string | null;
} {
  const trpc = useTRPC();
  const providers = useQuery(trpc.gitProvider.getAll.queryOptions()).data ?? [];
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const { gitProviderId, providerType, repository } = application;
  const provider = providers.find((each) => each.gitProviderId === gitProviderId) ?? null;
  const type = types.find((each) => each.type === providerType);
  return {
    provider,
    of: provider && type ? { provider, type, fullName: repository.fullName } : null,
    defaultBranch: "defaultBranch" in repository ? repository.defaultBranch : null,
  };
}
