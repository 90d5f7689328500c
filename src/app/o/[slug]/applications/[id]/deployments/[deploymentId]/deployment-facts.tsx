"use client";
import { GitBranch } from "lucide-react";
import { shortSha, triggerWords } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { ElapsedTime } from "@/app/o/[slug]/applications/_deployment/elapsed-time";
import { applicationPath, deploymentPath } from "@/client/paths";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { Fact } from "@/ui/fact";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

const later = <span className="text-soft">not known yet</span>;

/** What was deployed, where to, by whom, since when. */
export function DeploymentFacts(props: { deployment: Deployment; application: Application }) {
  const { deployment, application } = props;
  const { commit } = deployment;
  return (
    <Card className="px-4 py-3.5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-6">
        <Fact label="Environment">
          <Link href={applicationPath(application.applicationId)} className="hover:underline">
            {deployment.environment}
          </Link>
        </Fact>
        <Fact label="Commit">
          {commit ? (
            <>
              <HostLink href={commit.url} className="font-mono text-sm">
                {shortSha(commit.sha)}
              </HostLink>
              <CopyButton text={commit.sha} what="commit id" className="-my-1 size-7" />
            </>
          ) : (
            later
          )}
        </Fact>
        <Fact label="Branch or tag">
          <GitBranch className="size-3.5 shrink-0 text-soft" aria-hidden="true" />
          <span className="min-w-0">
            {/^[0-9a-f]{40,64}$/.test(deployment.ref) ? shortSha(deployment.ref) : deployment.ref}
          </span>
        </Fact>
        <Fact label="Author">{commit?.author || later}</Fact>
        <Fact label="Started">
          {triggerWords(deployment)}, <RelativeTime at={deployment.createdAt} />
          {deployment.promotedFromId && (
            <Link
              href={deploymentPath({
                applicationId: deployment.applicationId,
                deploymentId: deployment.promotedFromId,
              })}
              className="text-accent-ink underline underline-offset-2"
            >
              promoted from another environment
            </Link>
          )}
        </Fact>
        <Fact label="Duration">
          {deployment.startedAt ? (
            <ElapsedTime span={deployment} />
          ) : (
            <span className="text-soft">{deployment.status === "queued" ? "waiting" : "never started"}</span>
          )}
        </Fact>
      </dl>
    </Card>
  );
}
