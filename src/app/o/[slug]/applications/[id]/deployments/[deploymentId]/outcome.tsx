"use client";
import { ExternalLink, RotateCw } from "lucide-react";
import { remedyOf } from "@/app/o/[slug]/applications/_deployment/remedy";
import { useAgain } from "@/app/o/[slug]/applications/_deployment/use-again";
import { headAndRest } from "@/app/o/[slug]/applications/_deployment/words";
import { useMay } from "@/client/me";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { Button } from "@/ui/button";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { Notice } from "@/ui/notice";

interface Props {
  deployment: Deployment;
  application: Application;
}

/** How it ended: the site, or the reason and the way on. */
export function Outcome(props: Props) {
  const { status, url, reason } = props.deployment;
  if (status === "succeeded" && url) return <Published {...props} url={url} />;
  if (status === "failed") return <Failed {...props} />;
  if ((status === "cancelled" || status === "skipped") && reason) return <Notice>{reason.message}</Notice>;
  return null;
}

function Published({ deployment, application, url }: Props & { url: string }) {
  const environment = application.environments.find(
    (each) => each.environmentId === deployment.environmentId,
  );
  const current = environment?.current?.deploymentId === deployment.deploymentId;
  return (
    <Notice
      tone={current ? "good" : "info"}
      title={current ? "This is live" : "This was published; a later release has taken its place"}
    >
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <HostLink href={url}>{url}</HostLink>
        <Button asChild look={current ? "primary" : "secondary"} className="sm:-mt-5">
          <a href={url} target="_blank" rel="noreferrer noopener">
            <ExternalLink aria-hidden="true" />
            Open site
          </a>
        </Button>
      </div>
    </Notice>
  );
}

function Failed({ deployment, application }: Props) {
  const mayRun = useMay("deployment:run");
  const retry = useAgain("retry");
  const { head, rest } = headAndRest(deployment.reason?.message ?? "The deployment failed.");
  const remedy = deployment.reason && remedyOf(deployment.reason.code, application);
  return (
    <Notice
      tone="bad"
      title={head}
      actions={
        <>
          {mayRun && (
            <Button
              look="primary"
              busy={retry.isPending}
              onClick={() => retry.mutate({ deploymentId: deployment.deploymentId })}
            >
              <RotateCw aria-hidden="true" />
              Retry
            </Button>
          )}
          {remedy && (
            <Button asChild>
              <Link href={remedy.href}>{remedy.label}</Link>
            </Button>
          )}
        </>
      }
    >
      {rest || undefined}
    </Notice>
  );
}
