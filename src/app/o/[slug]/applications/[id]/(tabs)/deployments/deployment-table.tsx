"use client";
import { shortSha, triggerWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { ElapsedTime } from "@/app/o/[slug]/applications/_deployment/elapsed-time";
import { DeploymentPill } from "@/client/deployment-pill";
import { deploymentPath } from "@/client/paths";
import type { Deployment } from "@/features/deployment/contract";
import { type Column, DataTable } from "@/ui/data-table";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

const columns: Column<Deployment>[] = [
  {
    key: "commit",
    title: "Commit",
    lead: true,
    className: "sm:max-w-96",
    cell: (deployment) => (
      <div className="min-w-0">
        <Link
          href={deploymentPath(deployment)}
          className="block truncate font-medium after:absolute after:inset-0 hover:underline"
        >
          {deployment.commit?.subject || `Deployment of ${deployment.ref}`}
        </Link>
        <p className="truncate text-sm text-soft">
          {deployment.commit && <span className="font-mono">{shortSha(deployment.commit.sha)} </span>}
          {deployment.ref !== deployment.commit?.sha && deployment.ref}
        </p>
      </div>
    ),
  },
  {
    key: "status",
    title: "Status",
    cell: ({ status, warnings }) => <DeploymentPill status={status} warnings={warnings.length} />,
  },
  { key: "environment", title: "Environment", cell: ({ environment }) => environment },
  { key: "trigger", title: "Started", cell: (deployment) => triggerWords(deployment) },
  {
    key: "duration",
    title: "Duration",
    cell: (deployment) => <ElapsedTime span={deployment} className="text-soft" />,
  },
  {
    key: "when",
    title: "When",
    cell: ({ createdAt }) => <RelativeTime at={createdAt} className="whitespace-nowrap text-soft" />,
  },
];

/** Deployments of one application. */
export function DeploymentTable({ deployments }: { deployments: Deployment[] }) {
  return (
    <DataTable
      caption="Deployments"
      columns={columns}
      rows={deployments}
      rowKey={({ deploymentId }) => deploymentId}
    />
  );
}
