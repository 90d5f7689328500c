"use client";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { DeploymentPill } from "@/client/deployment-pill";
import { needsAttention, ProviderPill } from "@/client/health-pill";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import type { GitProvider } from "@/features/git-provider/contract";
import { Card, Section } from "@/ui/card";
import { Link } from "@/ui/link";
import { Sentence } from "@/ui/sentence";

interface Matter {
  key: string;
  href: string;
  title: string;
  text: string;
  pill: ReactNode;
}

function troubledProviders(providers: readonly GitProvider[]): Matter[] {
  return providers.filter(needsAttention).map((provider) => ({
    key: provider.gitProviderId,
    href: `/providers/${provider.gitProviderId}`,
    title: provider.name,
    text: provider.health.reason?.message ?? "The last test found something to mend.",
    pill: <ProviderPill provider={provider} />,
  }));
}

/** Environments whose newest deployment failed; a later success settles an earlier failure. */
function failedEnvironments(
  deployments: readonly Deployment[],
  applications: readonly Application[],
): Matter[] {
  const newest = deployments.filter(
    (each, index) =>
      deployments.findIndex(({ environmentId }) => environmentId === each.environmentId) === index,
  );
  return newest
    .filter((each) => each.status === "failed")
    .map(({ deploymentId, applicationId, environment, reason }) => {
      const application = applications.find((each) => each.applicationId === applicationId);
      return {
        key: deploymentId,
        href: `/applications/${applicationId}/deployments/${deploymentId}`,
        title: `${application?.name ?? "Application"}, ${environment}`,
        text: reason?.message ?? "The last deployment failed.",
        pill: <DeploymentPill status="failed" />,
      };
    });
}

/** Providers and deployments that a person should look at; nothing at all when there are none. */
export function Attention(props: {
  providers: GitProvider[];
  applications: Application[];
  /** Newest first. */
  deployments: Deployment[];
}) {
  const matters = [
    ...troubledProviders(props.providers),
    ...failedEnvironments(props.deployments, props.applications),
  ];
  if (matters.length === 0) return null;
  return (
    <Section title="Needs attention">
      <Card>
        <ul className="divide-y">
          {matters.map((matter) => (
            <li key={matter.key} className="relative flex items-center gap-4 px-4 py-3 hover:bg-hover/50">
              <div className="min-w-0 flex-1">
                <Link
                  prefetch={false}
                  href={matter.href}
                  className="font-medium after:absolute after:inset-0 hover:underline"
                >
                  {matter.title}
                </Link>
                <p className="line-clamp-2 text-soft">
                  <Sentence text={matter.text} />
                </p>
              </div>
              {matter.pill}
              <ChevronRight className="size-4 text-soft max-sm:hidden" aria-hidden="true" />
            </li>
          ))}
        </ul>
      </Card>
    </Section>
  );
}
