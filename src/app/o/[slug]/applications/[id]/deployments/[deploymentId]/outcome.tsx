"use client";
import { ExternalLink, RotateCw } from "lucide-react";
import { headAndRest } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { useRedeploy } from "@/app/o/[slug]/applications/_deployment/use-redeploy";
import { useMay } from "@/client/me";
import { applicationPath } from "@/client/paths";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";

interface Props {
  deployment: Deployment;
  application: Application;
}

/** How it ended, or what it waits for; and what is to be looked at nevertheless. */
export function Outcome(props: Props) {
  const { status, warnings } = props.deployment;
  return (
    <>
      <End {...props} />
      <Warnings
        title={status === "succeeded" ? "Published, with something to look at" : "Something to look at"}
        warnings={warnings}
      />
    </>
  );
}

/** A link to the site, or the reason and what to do. */
function End(props: Props) {
  const { status, url, reason } = props.deployment;
  if (status === "succeeded" && url) return <Published {...props} url={url} />;
  if (status === "failed") return <Failed {...props} />;
  return status !== "running" && reason ? <Alert>{reason.message}</Alert> : null;
}

function Published({ deployment, application, url }: Props & { url: string }) {
  const environment = application.environments.find(
    (each) => each.environmentId === deployment.environmentId,
  );
  const current = environment?.current?.deploymentId === deployment.deploymentId;
  return (
    <Alert
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
    </Alert>
  );
}

function Warnings({ title, warnings }: Pick<Deployment, "warnings"> & { title: string }) {
  if (warnings.length === 0) return null;
  return (
    <Alert tone="warn" title={title}>
      <ul className="grid gap-1.5">
        {warnings.map(({ code, message }) => (
          <li key={code + message}>{message}</li>
        ))}
      </ul>
    </Alert>
  );
}

function Failed({ deployment, application }: Props) {
  const mayRun = useMay("deployment:run");
  const retry = useRedeploy("retry");
  const { head, rest } = headAndRest(deployment.reason?.message ?? "The deployment failed.");
  const remedy = deployment.reason && remedyOf(deployment.reason.code, application);
  return (
    <Alert
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
    </Alert>
  );
}

/** The page of Slipway on which the cause of a failure can be fixed, if there is one. */
function remedyOf(code: string, application: Application): { label: string; href: string } | null {
  if (/^(build_|output_)/.test(code)) {
    return { label: "Open build settings", href: `${applicationPath(application.applicationId)}/settings` };
  }
  if (/^(git_ref|git_commit|ref_|repository_no|repository_empty|variables_)/.test(code)) {
    return { label: "Open environments", href: applicationPath(application.applicationId) };
  }
  if (
    /^(git_|host_|token_|scopes_|permission_|provider_|secret_|tls_|dns_|address_|connection_)/.test(code)
  ) {
    return { label: "Open provider", href: `/providers/${encodeURIComponent(application.gitProviderId)}` };
  }
  return null;
}
