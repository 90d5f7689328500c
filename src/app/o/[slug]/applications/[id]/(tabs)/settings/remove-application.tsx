"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { useGo } from "@/ui/link";
import { toastSuccess } from "@/ui/toast";

const ConfirmDialog = dynamic(() => import("@/ui/confirm-dialog").then((module) => module.ConfirmDialog));
const RemovalReportDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/removal-report-dialog").then(
    (module) => module.RemovalReportDialog,
  ),
);

function stopsOf({ environments }: Application): string[] {
  const sites = environments
    .filter((each) => each.current)
    .map(({ name, url }) => `The site at ${url} (${name})`);
  const names = environments.map((each) => each.name).join(", ");
  return [...sites, `Deployments of ${names}, with their logs`, "Variables of all environments"];
}

export function RemoveApplication({ application }: { application: Application }) {
  const { applicationId, name } = application;
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  function leave(): void {
    toastSuccess(`${name} removed`);
    go("/applications");
    // Queries of this page would fail with not_found.
    queries.removeQueries(trpc.application.one.queryFilter({ applicationId }));
  }
  const remove = useMutation(
    trpc.application.remove.mutationOptions({
      onSuccess: (report) => {
        if (report.left.length === 0) leave();
        setAsking(false);
        void queries.invalidateQueries(trpc.application.all.pathFilter());
        void queries.invalidateQueries(trpc.deployment.all.pathFilter());
        void queries.invalidateQueries(trpc.gitProvider.pathFilter());
      },
    }),
  );
  return (
    <Section title="Danger zone">
      <Card className="flex flex-wrap items-center justify-between gap-4 p-5">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium">Remove this application</p>
          <p className="text-soft">Its sites stop answering at once. The repository itself stays as it is.</p>
        </div>
        <Button className="text-bad" onClick={() => setAsking(true)}>
          Remove application
        </Button>
      </Card>
      {remove.data && remove.data.left.length > 0 && (
        <RemovalReportDialog title={`${name} is removed`} report={remove.data} onClose={leave} />
      )}
      {asking && (
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={`Remove ${name}?`}
          stops={stopsOf(application)}
          typeToConfirm={name}
          verb="Remove application"
          busy={remove.isPending}
          error={remove.error ? clientFault(remove.error).message : undefined}
          onConfirm={() => remove.mutate({ applicationId })}
        >
          This cannot be taken back.
        </ConfirmDialog>
      )}
    </Section>
  );
}
