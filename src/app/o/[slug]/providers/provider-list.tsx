"use client";
import { useQuery } from "@tanstack/react-query";
import { Plug } from "lucide-react";
import { ConnectButton } from "@/app/o/[slug]/providers/_connect/connect-button";
import { ProviderTable } from "@/app/o/[slug]/providers/provider-table";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { EmptyState } from "@/ui/empty-state";
import { PageHeader } from "@/ui/page-header";

export function ProviderList() {
  const trpc = useTRPC();
  const query = useQuery(trpc.gitProvider.getAll.queryOptions());
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const connect = useMay("provider:write") && <ConnectButton />;
  return (
    <>
      <PageHeader
        title="Providers"
        hint="The Git hosts this organization deploys from."
        actions={query.data?.length ? connect : undefined}
      />
      <Loaded query={query}>
        {(providers) =>
          providers.length > 0 ? (
            <ProviderTable providers={providers} types={types} />
          ) : (
            <EmptyState icon={Plug} title="No provider is connected" action={connect}>
              Connect a Git host with a token, see at once what it can reach, and deploy from its
              repositories.
            </EmptyState>
          )
        }
      </Loaded>
    </>
  );
}
