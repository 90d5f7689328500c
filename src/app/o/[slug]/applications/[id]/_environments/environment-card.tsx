"use client";
import { useQuery } from "@tanstack/react-query";
import { GitBranch, Snowflake } from "lucide-react";
import { shortSha, triggerWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { EnvironmentActions } from "@/app/o/[slug]/applications/[id]/_environments/environment-actions";
import { ruleWords } from "@/app/o/[slug]/applications/[id]/_environments/rule-words";
import { lastThree } from "@/app/o/[slug]/applications/list-queries";
import { DeploymentPill, isUnderway } from "@/client/deployment-pill";
import { deploymentPath, rulesPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import type { Environment } from "@/features/environment/contract";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";

interface Props {
  application: Application;
  environment: Environment;
}

function Current({ environment }: { environment: Environment }) {
  const { current, url } = environment;
  if (!current) {
    return (
      <p className="text-soft">
        Nothing is published yet. It will answer at <span className="text-ink">{url}</span>
      </p>
    );
  }
  return (
    <div className="grid gap-0.5">
      <HostLink href={url}>{url}</HostLink>
      <p className="text-soft">
        Live:{" "}
        <Link
          href={deploymentPath(current)}
          className="text-ink underline decoration-line-strong underline-offset-2"
        >
          {current.commit?.subject || current.ref}
        </Link>{" "}
        {current.commit && <span className="font-mono text-sm">{shortSha(current.commit.sha)}</span>},{" "}
        <RelativeTime at={current.finishedAt ?? current.createdAt} />
      </p>
    </div>
  );
}

function Row({ deployment }: { deployment: Deployment }) {
  return (
    <li className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-5 py-2 hover:bg-hover/50">
      <span className="min-w-28">
        <DeploymentPill status={deployment.status} warnings={deployment.warnings.length} />
      </span>
      <Link
        href={deploymentPath(deployment)}
        className="min-w-0 flex-1 basis-40 truncate after:absolute after:inset-0 hover:underline"
        title={deployment.commit?.subject}
      >
        {deployment.commit?.subject || deployment.ref}
      </Link>
      <span className="text-sm text-soft">
        {triggerWords(deployment)}, <RelativeTime at={deployment.createdAt} />
      </span>
    </li>
  );
}

function Last({ environment }: { environment: Environment }) {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.deployment.all.queryOptions(lastThree(environment.environmentId)),
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => isUnderway(each.status)) ? 3_000 : 30_000,
  });
  if (!query.data) return <Skeleton className="mx-5 my-3 h-16" />;
  if (query.data.items.length === 0) return null;
  return (
    <div className="border-t py-1.5">
      <h4 className="sr-only">Last deployments of {environment.name}</h4>
      <ul>
        {query.data.items.map((each) => (
          <Row key={each.deploymentId} deployment={each} />
        ))}
      </ul>
    </div>
  );
}

export function EnvironmentCard({ application, environment }: Props) {
  const { environmentId, name, branch, variables, spaFallback, frozen } = environment;
  return (
    <Card>
      <div className="grid grid-cols-1 gap-3 px-5 py-4">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
          <div className="grid gap-1">
            <h3 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
              {name}
              {frozen && (
                <Badge tone="warn" title={frozen.reason}>
                  <Snowflake className="size-3" aria-hidden="true" />
                  frozen
                </Badge>
              )}
            </h3>
            <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-soft">
              <span className="inline-flex items-center gap-1.5">
                <GitBranch className="size-4 shrink-0" aria-hidden="true" />
                <span className="sr-only">Branch</span>
                {branch}
              </span>
              <Link
                href={rulesPath(application.applicationId, environmentId)}
                prefetch={false}
                className="underline decoration-line-strong underline-offset-2 hover:text-ink"
              >
                {ruleWords(environment)}
              </Link>
              {spaFallback && <span>single-page application</span>}
              {variables.length > 0 && (
                <span>
                  {variables.length} {variables.length === 1 ? "variable" : "variables"}
                </span>
              )}
            </p>
          </div>
          <EnvironmentActions application={application} environment={environment} />
        </div>
        <Current environment={environment} />
      </div>
      <Last environment={environment} />
    </Card>
  );
}
