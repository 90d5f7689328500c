"use client";
import { triggerWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { DeploymentPill } from "@/client/deployment-pill";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { type Column, DataTable } from "@/ui/data-table";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

interface Row {
  deployment: Deployment;
  application: Application | undefined;
}

const columns: Column<Row>[] = [
  {
    key: "application",
    title: "Application",
    lead: true,
    cell: ({ deployment, application }) => (
      <div>
        <Link
          prefetch={false}
          href={`/applications/${deployment.applicationId}/deployments/${deployment.deploymentId}`}
          className="font-medium after:absolute after:inset-0 hover:underline"
        >
          {application?.name ?? "Application"}
        </Link>
        <p className="text-sm text-soft">{deployment.environment}</p>
      </div>
    ),
  },
  {
    key: "commit",
    title: "Commit",
    className: "sm:max-w-80",
    cell: ({ deployment: { commit, ref } }) => (
      <div className="min-w-0">
        <p className="truncate">{commit?.subject ?? ref}</p>
        <p className="text-sm text-soft">
          {commit ? (
            <>
              <span className="font-mono">{commit.sha.slice(0, 7)}</span> {ref}
            </>
          ) : (
            "commit not known"
          )}
        </p>
      </div>
    ),
  },
  {
    key: "status",
    title: "Status",
    cell: ({ deployment: { status, warnings } }) => (
      <DeploymentPill status={status} warnings={warnings.length} />
    ),
  },
  {
    key: "by",
    title: "Started",
    cell: ({ deployment }) => triggerWords(deployment),
  },
  {
    key: "when",
    title: "When",
    cell: ({ deployment }) => (
      <RelativeTime at={deployment.createdAt} className="whitespace-nowrap text-soft" />
    ),
  },
];

/** Deployments of several applications, newest first. */
export function DeploymentTable(props: { deployments: Deployment[]; applications: Application[] }) {
  const rows = props.deployments.map((deployment) => ({
    deployment,
    application: props.applications.find((each) => each.applicationId === deployment.applicationId),
  }));
  return (
    <DataTable
      caption="Deployments"
      columns={columns}
      rows={rows}
      rowKey={({ deployment }) => deployment.deploymentId}
    />
  );
}
