"use client";
import { useQuery } from "@tanstack/react-query";
import { Blocks, Plus } from "lucide-react";
import { Attention } from "@/app/o/[slug]/overview/attention";
import { DeploymentTable } from "@/app/o/[slug]/overview/deployment-table";
import { FirstSteps } from "@/app/o/[slug]/overview/first-steps";
import { isUnderway } from "@/client/deployment-pill";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { Link } from "@/ui/link";
import { PageHeader } from "@/ui/page-header";

/** Running deployments, problems that need a person, and recent deployments. */
export function Overview() {
  const trpc = useTRPC();
  const mayCreate = useMay("application:write");
  const providers = useQuery(trpc.gitProvider.getAll.queryOptions());
  const applications = useQuery(trpc.application.all.queryOptions({ limit: 100 }));
  const deployments = useQuery({
    ...trpc.deployment.all.queryOptions({ limit: 30 }),
    // Poll often while a deployment runs; otherwise slowly, to notice what others start.
    refetchInterval: ({ state }) =>
      state.data?.items.some((each) => isUnderway(each.status)) ? 3_000 : 30_000,
  });
  const applicationItems = applications.data?.items ?? [];
  if (providers.data && applications.data && applicationItems.length === 0) {
    return <FirstSteps providers={providers.data} />;
  }
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          mayCreate && (
            <Button asChild look="primary">
              <Link href="/applications/new">
                <Plus aria-hidden="true" />
                New application
              </Link>
            </Button>
          )
        }
      />
      <div className="grid gap-10">
        <Attention
          providers={providers.data ?? []}
          applications={applicationItems}
          deployments={deployments.data?.items ?? []}
        />
        <Loaded query={deployments}>
          {({ items }) => {
            const moving = items.filter((each) => isUnderway(each.status));
            const ended = items.filter((each) => !isUnderway(each.status)).slice(0, 10);
            return (
              <>
                {moving.length > 0 && (
                  <Section title="Deploying now">
                    <DeploymentTable deployments={moving} applications={applicationItems} />
                  </Section>
                )}
                <Section title="Last deployments">
                  {ended.length > 0 ? (
                    <DeploymentTable deployments={ended} applications={applicationItems} />
                  ) : (
                    <EmptyState
                      icon={Blocks}
                      title="Nothing has been deployed yet"
                      action={
                        <Button asChild>
                          <Link href="/applications">Choose an application</Link>
                        </Button>
                      }
                    />
                  )}
                </Section>
              </>
            );
          }}
        </Loaded>
      </div>
    </>
  );
}
