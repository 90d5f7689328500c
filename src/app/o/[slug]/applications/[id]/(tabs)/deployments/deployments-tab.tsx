"use client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { DeploymentTable } from "@/app/o/[slug]/applications/[id]/(tabs)/deployments/deployment-table";
import { deploymentsOf, nextPage } from "@/app/o/[slug]/applications/list-queries";
import { isUnderway } from "@/client/deployment-pill";
import { Loaded } from "@/client/loaded";
import { applicationPath } from "@/client/paths";
import { ShowMore } from "@/client/show-more";
import { useTRPC } from "@/client/trpc";
import type { DeploymentStatus } from "@/features/deployment/contract";
import { deploymentStatuses } from "@/features/deployment/status";
import { useAddressState } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Select } from "@/ui/input";
import { Link } from "@/ui/link";

interface Filter {
  environmentId?: string;
  status?: DeploymentStatus;
}

function statusWord(status: DeploymentStatus): string {
  return `${status[0]?.toUpperCase()}${status.slice(1)}`;
}

function useDeployments(applicationId: string, filter: Filter) {
  const trpc = useTRPC();
  return useInfiniteQuery({
    ...trpc.deployment.all.infiniteQueryOptions(deploymentsOf(applicationId, filter), nextPage),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((each) => isUnderway(each.status))) ? 3_000 : 30_000,
  });
}

function Filters(props: { applicationId: string; filter: Filter; onChange(filter: Filter): void }) {
  const { filter, onChange } = props;
  const trpc = useTRPC();
  const application = useQuery(
    trpc.application.one.queryOptions({ applicationId: props.applicationId }),
  ).data;
  return (
    <div className="flex flex-wrap gap-2">
      <Select
        aria-label="Environment"
        className="w-auto max-w-full"
        value={filter.environmentId ?? ""}
        onChange={({ target }) => onChange({ ...filter, environmentId: target.value || undefined })}
      >
        <option value="">All environments</option>
        {application?.environments.map(({ environmentId, name }) => (
          <option key={environmentId} value={environmentId}>
            {name}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Status"
        className="w-auto"
        value={filter.status ?? ""}
        onChange={({ target }) =>
          onChange({ ...filter, status: deploymentStatuses.find((each) => each === target.value) })
        }
      >
        <option value="">Any status</option>
        {deploymentStatuses.map((status) => (
          <option key={status} value={status}>
            {statusWord(status)}
          </option>
        ))}
      </Select>
    </div>
  );
}

/** Everything that was deployed, newest first. */
export function DeploymentsTab({ applicationId }: { applicationId: string }) {
  const [environmentId, setEnvironmentId] = useAddressState("environment");
  const [status, setStatus] = useAddressState("status");
  const filter: Filter = {
    environmentId: environmentId || undefined,
    status: deploymentStatuses.find((each) => each === status),
  };
  function setFilter(next: Filter): void {
    setEnvironmentId(next.environmentId ?? "");
    setStatus(next.status ?? "");
  }
  const query = useDeployments(applicationId, filter);
  const deployments = query.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = filter.environmentId !== undefined || filter.status !== undefined;
  return (
    <div className="grid grid-cols-1 gap-4">
      <Filters applicationId={applicationId} filter={filter} onChange={setFilter} />
      <Loaded query={query}>
        {() => {
          if (deployments.length > 0) return <DeploymentTable deployments={deployments} />;
          if (filtered)
            return <p className="py-8 text-center text-soft">No deployment fits these filters.</p>;
          return (
            <EmptyState
              icon={Rocket}
              title="Nothing has been deployed yet"
              action={
                <Button asChild look="primary">
                  <Link href={applicationPath(applicationId)}>Choose an environment</Link>
                </Button>
              }
            >
              Each deployment is kept here with its log.
            </EmptyState>
          );
        }}
      </Loaded>
      <ShowMore query={query} />
    </div>
  );
}
