"use client";
import { useQuery } from "@tanstack/react-query";
import { Blocks } from "lucide-react";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { GitProviderUsage } from "@/features/git-provider/contract";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/empty-state";
import { Link } from "@/ui/link";

type Row = GitProviderUsage["applications"][number];

const columns: Column<Row>[] = [
  {
    key: "name",
    title: "Application",
    lead: true,
    cell: (row) => (
      <Link
        prefetch={false}
        href={`/applications/${row.applicationId}`}
        className="font-medium hover:underline"
      >
        {row.name}
      </Link>
    ),
  },
  { key: "repository", title: "Repository", cell: (row) => row.repository },
  {
    key: "environments",
    title: "Environments",
    cell: (row) => row.environments.map(({ name, branch }) => `${name} (${branch})`).join(", "),
  },
];

/** What stops when this provider stops. */
export function Usage({ gitProviderId }: { gitProviderId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.gitProvider.usage.queryOptions({ gitProviderId }));
  return (
    <Loaded query={query}>
      {(usage) =>
        usage.applicationCount === 0 ? (
          <EmptyState icon={Blocks} title="Nothing uses it yet">
            Applications that deploy from this provider are listed here.
          </EmptyState>
        ) : (
          <div className="grid gap-3">
            <DataTable
              caption="Applications that use this provider"
              columns={columns}
              rows={usage.applications}
              rowKey={(row) => row.applicationId}
            />
            {usage.applications.length < usage.applicationCount && (
              <p className="text-soft">
                {usage.applications.length} of {usage.applicationCount} applications are shown.
              </p>
            )}
          </div>
        )
      }
    </Loaded>
  );
}
