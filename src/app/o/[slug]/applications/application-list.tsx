"use client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Blocks, Plus } from "lucide-react";
import { NoProvider } from "@/app/o/[slug]/applications/_source/no-provider";
import { ApplicationCard } from "@/app/o/[slug]/applications/application-card";
import { firstApplications, nextPage, recentDeployments } from "@/app/o/[slug]/applications/list-queries";
import { isUnderway } from "@/client/deployment-pill";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { ShowMore } from "@/client/show-more";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { useAddressState } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Input } from "@/ui/input";
import { Link } from "@/ui/link";
import { PageHeader } from "@/ui/page-header";
import { Skeleton } from "@/ui/skeleton";
import { useDebounced } from "@/ui/use-debounced";

function Nothing() {
  const trpc = useTRPC();
  const mayCreate = useMay("application:write");
  const providers = useQuery(trpc.gitProvider.getAll.queryOptions()).data;
  if (providers && !providers.some((each) => each.status === "active")) {
    return (
      <NoProvider>
        An application is a repository that Slipway publishes. Connect the host it lives on, then pick it from
        a list.
      </NoProvider>
    );
  }
  return (
    <EmptyState icon={Blocks} title="No application yet" action={mayCreate && <NewButton />}>
      Pick a repository and a branch; Slipway checks it out, builds it if asked, and publishes it at an
      address of its own.
    </EmptyState>
  );
}

function NewButton() {
  return (
    <Button asChild look="primary">
      <Link href="/applications/new">
        <Plus aria-hidden="true" />
        New application
      </Link>
    </Button>
  );
}

function Skeletons() {
  return (
    <div role="status" aria-label="Loading" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {["one", "two", "three"].map((key) => (
        <Skeleton key={key} className="h-40" />
      ))}
    </div>
  );
}

/** The last deployment of each environment, by its id. */
function lastOf(deployments: readonly Deployment[]): Map<string, Deployment> {
  const last = new Map<string, Deployment>();
  for (const each of deployments) if (!last.has(each.environmentId)) last.set(each.environmentId, each);
  return last;
}

function useLast(): Map<string, Deployment> {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.deployment.all.queryOptions(recentDeployments),
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => isUnderway(each.status)) ? 3_000 : 30_000,
  });
  return lastOf(query.data?.items ?? []);
}

export function ApplicationList() {
  const trpc = useTRPC();
  const mayCreate = useMay("application:write");
  const [typed, setTyped] = useAddressState("search");
  const search = useDebounced(typed.trim(), 200);
  const query = useInfiniteQuery({
    ...trpc.application.all.infiniteQueryOptions(firstApplications(search), nextPage),
    placeholderData: keepPreviousData,
  });
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const last = useLast();
  const applications: Application[] = query.data?.pages.flatMap((page) => page.items) ?? [];
  const nothing = query.isSuccess && applications.length === 0 && search === "" && typed === "";
  return (
    <>
      <PageHeader
        title="Applications"
        hint="Repositories that are published from here."
        actions={mayCreate && !nothing ? <NewButton /> : undefined}
      />
      {nothing ? (
        <Nothing />
      ) : (
        <div className="grid grid-cols-1 gap-4">
          <Input
            type="search"
            aria-label="Search applications"
            placeholder="Search by name, address or repository"
            className="max-w-sm"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Loaded query={query} skeleton={<Skeletons />}>
            {() =>
              applications.length === 0 ? (
                <p className="py-8 text-center text-soft">No application fits “{search}”.</p>
              ) : (
                <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
                  {applications.map((application) => (
                    <ApplicationCard
                      key={application.applicationId}
                      application={application}
                      search={search}
                      last={last}
                      types={types}
                    />
                  ))}
                </ul>
              )
            }
          </Loaded>
          <ShowMore query={query} />
        </div>
      )}
    </>
  );
}
