"use client";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { LastDelivery } from "@/app/o/[slug]/_delivery/last-delivery";
import { EnvironmentCard } from "@/app/o/[slug]/applications/[id]/_environments/environment-card";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";

const EnvironmentDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/_environments/environment-dialog").then(
    (module) => module.EnvironmentDialog,
  ),
);

/** The environments of the application: what each one serves, and its last deployment. */
export function Environments({ applicationId }: { applicationId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.application.one.queryOptions({ applicationId }));
  const mayWrite = useMay("application:write");
  const [dialog, open, close] = useAddressDialog();
  return (
    <Loaded query={query}>
      {(application) => (
        <div className="grid grid-cols-1 gap-8">
          <LastDelivery
            of={{ applicationId }}
            none="The host has told of no push yet. It does once an environment is deployed on each push, or previews are on."
          />
          <Section
            title="Environments"
            hint="Each publishes one branch at an address of its own."
            actions={
              mayWrite && (
                <Button onClick={() => open("environment")}>
                  <Plus aria-hidden="true" />
                  Add environment
                </Button>
              )
            }
          >
            <div className="grid grid-cols-1 gap-4">
              {application.environments.map((environment) => (
                <EnvironmentCard
                  key={environment.environmentId}
                  application={application}
                  environment={environment}
                />
              ))}
            </div>
            {mayWrite && dialog === "environment" && (
              <EnvironmentDialog application={application} onClose={close} />
            )}
          </Section>
        </div>
      )}
    </Loaded>
  );
}
