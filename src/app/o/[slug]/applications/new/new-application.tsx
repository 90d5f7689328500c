"use client";
import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { NoProvider } from "@/app/o/[slug]/applications/_source/no-provider";
import { RepositoryPicker } from "@/app/o/[slug]/applications/_source/repository-picker";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { useRequestedRepository } from "@/app/o/[slug]/applications/new/use-requested-repository";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { GitProvider } from "@/features/git-provider/contract";
import { replaceQuery } from "@/ui/address-state";
import { PageHeader } from "@/ui/page-header";
import { Skeleton } from "@/ui/skeleton";

const ApplicationForm = dynamic(
  () => import("@/app/o/[slug]/applications/new/application-form").then((module) => module.ApplicationForm),
  { loading: () => <Skeleton className="h-16 max-w-2xl" /> },
);

interface Instance {
  sitesUrl: string;
  commands: boolean;
}

const trail = [{ label: "Applications", href: "/applications" }];

/** A repository, a branch, a name: then it is deployed. */
export function NewApplication(instance: Instance) {
  const trpc = useTRPC();
  const query = useQuery(trpc.gitProvider.getAll.queryOptions());
  return (
    <>
      <PageHeader title="New application" trail={trail} />
      <Loaded query={query}>
        {(all) => {
          const providers = all.filter((each) => each.status === "active");
          return providers[0] ? (
            <Flow instance={instance} providers={providers} first={providers[0]} />
          ) : (
            <NoProvider>Slipway lists the repositories of the hosts it is connected to.</NoProvider>
          );
        }}
      </Loaded>
    </>
  );
}

function Flow(props: { instance: Instance; providers: GitProvider[]; first: GitProvider }) {
  const { providers, first } = props;
  const params = useSearchParams();
  const asked = params.get("gitProviderId") ?? params.get("provider");
  const [providerId, setProviderId] = useState<string | null>(asked);
  const provider =
    providers.find((each) => each.gitProviderId === providerId) ??
    providers.find((each) => each.isDefault) ??
    first;
  const [picked, setPicked] = useState<Source | null | undefined>();
  const wanted = useRequestedRepository(provider, params.get("repository"));
  /** The choice is kept in the address, so that it survives a reload. A dedicated token must not be in an address. */
  function pick(source: Source | null): void {
    setPicked(source);
    replaceQuery({
      gitProviderId: source?.provider?.gitProviderId ?? provider.gitProviderId,
      repository: source?.provider ? source.repository.fullName : undefined,
    });
  }
  if (picked === undefined && wanted.pending) return <Skeleton className="h-16 max-w-2xl" />;
  const source = picked === undefined ? wanted.source : picked;
  if (!source) {
    return (
      <div className="max-w-3xl">
        <h2 className="mb-3 text-lg font-semibold">Which repository?</h2>
        <RepositoryPicker
          providers={providers}
          provider={provider}
          onProvider={(gitProviderId) => {
            setProviderId(gitProviderId);
            replaceQuery({ gitProviderId });
          }}
          initialSearch={wanted.search}
          ownToken
          onPick={pick}
        />
      </div>
    );
  }
  return (
    <ApplicationForm
      key={source.repository.fullName}
      source={source}
      {...props.instance}
      onChange={() => pick(null)}
    />
  );
}
