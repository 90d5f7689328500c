"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";

/** A provider and its type, once both are there; no type when this version does not know it. */
export function WithProvider(props: {
  gitProviderId: string;
  children(provider: GitProviderDetail, type: GitProviderType | undefined): ReactNode;
}) {
  const { gitProviderId, children } = props;
  const trpc = useTRPC();
  const query = useQuery(trpc.gitProvider.one.queryOptions({ gitProviderId }));
  const types = useQuery(trpc.gitProvider.types.queryOptions());
  return (
    <Loaded query={query}>
      {(provider) => (
        <Loaded query={types}>
          {(all) =>
            children(
              provider,
              all.find((each) => each.type === provider.providerType),
            )
          }
        </Loaded>
      )}
    </Loaded>
  );
}
