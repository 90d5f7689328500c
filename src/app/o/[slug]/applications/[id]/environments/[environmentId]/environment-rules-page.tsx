"use client";
import { useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import dynamic from "next/dynamic";
import { DeployHooks } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/deploy-hooks";
import { Freeze } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/freeze";
import { RulesForm } from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules-form";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { applicationPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Environment } from "@/features/environment/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Link } from "@/ui/link";
import { PageHeader } from "@/ui/page-header";

const DryRunDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_dry-run/dry-run-dialog").then((module) => module.DryRunDialog),
);

export function EnvironmentRulesPage(props: { applicationId: string; environmentId: string }) {
  const { applicationId, environmentId } = props;
  const trpc = useTRPC();
  const query = useQuery(trpc.application.one.queryOptions({ applicationId }));
  return (
    <Loaded query={query}>
      {(application) => {
        const environment = application.environments.find((each) => each.environmentId === environmentId);
        if (environment) return <Page application={application} environment={environment} />;
        return (
          <EmptyState
            icon={FlaskConical}
            title="This environment is not there"
            action={
              <Button asChild look="primary">
                <Link href={applicationPath(applicationId)}>All environments</Link>
              </Button>
            }
          >
            It was removed, or belongs to another application.
          </EmptyState>
        );
      }}
    </Loaded>
  );
}

function Page({ application, environment }: { application: Application; environment: Environment }) {
  const mayWrite = useMay("application:write");
  const mayTry = useMay("webhook:read");
  const [dialog, open, close] = useAddressDialog();
  return (
    <>
      <PageHeader
        trail={[
          { label: "Applications", href: "/applications" },
          { label: application.name, href: applicationPath(application.applicationId) },
        ]}
        title={`Rules of ${environment.name}`}
        hint="When it is deployed by itself, and when not."
        actions={
          mayTry && (
            <Button onClick={() => open("dry-run")}>
              <FlaskConical aria-hidden="true" />
              Would this push deploy?
            </Button>
          )
        }
      />
      <div className="grid grid-cols-1 gap-10">
        <Freeze environment={environment} mayWrite={mayWrite} />
        <RulesForm application={application} environment={environment} disabled={!mayWrite} />
        <DeployHooks environment={environment} mayWrite={mayWrite} />
      </div>
      {dialog === "dry-run" && <DryRunDialog application={application} onClose={close} />}
    </>
  );
}
