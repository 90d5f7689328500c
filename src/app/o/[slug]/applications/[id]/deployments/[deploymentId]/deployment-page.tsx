"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { StepList } from "@/app/o/[slug]/applications/_deployment/step-list";
import { LogView } from "@/app/o/[slug]/applications/_log/log-view";
import { useFeed } from "@/app/o/[slug]/applications/_log/use-feed";
import { DeploymentActions } from "@/app/o/[slug]/applications/[id]/deployments/[deploymentId]/deployment-actions";
import { DeploymentFacts } from "@/app/o/[slug]/applications/[id]/deployments/[deploymentId]/deployment-facts";
import { Outcome } from "@/app/o/[slug]/applications/[id]/deployments/[deploymentId]/outcome";
import { DeploymentPill, isUnderway } from "@/client/deployment-pill";
import { Loaded } from "@/client/loaded";
import { applicationPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { PageHeader } from "@/ui/page-header";

/** The subscription ends with the deployment; that the host was told of it comes a moment later. */
const reportPollMs = 3_000;

function isReporting({ status, steps }: Deployment): boolean {
  return !isUnderway(status) && steps.some((step) => step.name === "report" && step.status === "running");
}

export function DeploymentPage(props: { deploymentId: string; applicationId: string }) {
  const trpc = useTRPC();
  const deployment = useQuery(
    // The subscription keeps it up to date.
    trpc.deployment.one.queryOptions(
      { deploymentId: props.deploymentId },
      {
        staleTime: 60_000,
        refetchInterval: ({ state: { data } }) => (data && isReporting(data) ? reportPollMs : false),
      },
    ),
  );
  const application = useQuery(trpc.application.one.queryOptions({ applicationId: props.applicationId }));
  return (
    <Loaded query={application}>
      {(one) => <Loaded query={deployment}>{(each) => <Page deployment={each} application={one} />}</Loaded>}
    </Loaded>
  );
}

/** When the deployment ends, refresh the queries of other pages: the current release, failures. */
function useEnd({ status }: Deployment): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const underway = isUnderway(status);
  const wasUnderway = useRef(underway);
  useEffect(() => {
    if (underway || !wasUnderway.current) return;
    wasUnderway.current = false;
    void queries.invalidateQueries(trpc.application.pathFilter());
    void queries.invalidateQueries(trpc.environment.pathFilter());
    void queries.invalidateQueries(trpc.deployment.all.pathFilter());
  }, [underway, queries, trpc]);
}

function Page({ deployment, application }: { deployment: Deployment; application: Application }) {
  const feed = useFeed(deployment.deploymentId);
  useEnd(deployment);
  const back = applicationPath(application.applicationId);
  return (
    <>
      <PageHeader
        trail={[
          { label: "Applications", href: "/applications" },
          { label: application.name, href: back },
          { label: "Deployments", href: `${back}/deployments` },
        ]}
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {deployment.commit?.subject || `Deployment of ${deployment.ref}`}
            <span aria-live="polite">
              <DeploymentPill status={deployment.status} warnings={deployment.warnings.length} />
            </span>
          </span>
        }
        actions={<DeploymentActions deployment={deployment} application={application} />}
      />
      <div className="grid grid-cols-1 gap-5">
        <DeploymentFacts deployment={deployment} application={application} />
        <Outcome deployment={deployment} application={application} />
        <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[16rem_minmax(0,1fr)]">
          <StepList deployment={deployment} />
          <LogView
            feed={feed}
            fileName={`${application.slug}-${deployment.environment}-${deployment.deploymentId.slice(0, 8)}`}
            className="h-[max(26rem,calc(100dvh-25rem))] max-h-[85dvh] scroll-mt-16"
          />
        </div>
      </div>
    </>
  );
}
