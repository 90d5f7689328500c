"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, History, RotateCw } from "lucide-react";
import { useState } from "react";
import { useRedeploy } from "@/app/o/[slug]/applications/_deployment/use-redeploy";
import { isUnderway } from "@/client/deployment-pill";
import { clientFault } from "@/client/fault";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { Deployment } from "@/features/deployment/contract";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { toastSuccess } from "@/ui/toast";

interface Props {
  deployment: Deployment;
  application: Application;
}

/** What can be done with it at this moment. */
export function DeploymentActions(props: Props) {
  const mayRun = useMay("deployment:run");
  const { deployment } = props;
  if (!mayRun) return null;
  if (isUnderway(deployment.status)) return <Cancel deployment={deployment} />;
  return (
    <>
      {deployment.url && <Rollback {...props} />}
      {deployment.status !== "failed" && <Retry deployment={deployment} />}
    </>
  );
}

function Retry({ deployment }: { deployment: Deployment }) {
  const retry = useRedeploy("retry");
  return (
    <Button busy={retry.isPending} onClick={() => retry.mutate({ deploymentId: deployment.deploymentId })}>
      <RotateCw aria-hidden="true" />
      Deploy again
    </Button>
  );
}

function Cancel({ deployment }: { deployment: Deployment }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { deploymentId } = deployment;
  const cancel = useMutation(
    trpc.deployment.cancel.mutationOptions({
      onSuccess: (changed) => {
        queries.setQueryData(trpc.deployment.one.queryKey({ deploymentId }), changed);
        setAsking(false);
        toastSuccess(
          isUnderway(changed.status) ? "The deployment stops within seconds" : "Deployment cancelled",
        );
      },
    }),
  );
  return (
    <>
      <Button onClick={() => setAsking(true)} busy={cancel.isSuccess}>
        <Ban aria-hidden="true" />
        Cancel deployment
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Cancel this deployment?"
        verb="Cancel deployment"
        dismiss="Keep it running"
        busy={cancel.isPending}
        error={cancel.error ? clientFault(cancel.error).message : undefined}
        onConfirm={() => cancel.mutate({ deploymentId })}
      >
        What is published now stays as it is.
      </ConfirmDialog>
    </>
  );
}

function Rollback({ deployment, application }: Props) {
  const [asking, setAsking] = useState(false);
  const rollback = useRedeploy("rollback");
  const environment = application.environments.find(
    (each) => each.environmentId === deployment.environmentId,
  );
  const current = environment?.current;
  if (!current || current.deploymentId === deployment.deploymentId) return null;
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <History aria-hidden="true" />
        Publish this release again
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Publish this release again?"
        verb="Publish again"
        stops={[
          `The current release of ${deployment.environment}: ${current.commit?.subject ?? current.ref}`,
        ]}
        busy={rollback.isPending}
        error={rollback.error ? clientFault(rollback.error).message : undefined}
        onConfirm={() => rollback.mutate({ deploymentId: deployment.deploymentId })}
      >
        Its kept files take the place of the current ones at once. Nothing is fetched or built.
      </ConfirmDialog>
    </>
  );
}
