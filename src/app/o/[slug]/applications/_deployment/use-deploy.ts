"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { deploymentPath } from "@/app/o/[slug]/applications/_deployment/words";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import { useGo } from "@/ui/link";
import { sayFailure } from "@/ui/toast";

/** Deploy an environment and go to the page of the deployment. */
export function useDeploy(applicationId: string) {
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  return useMutation(
    trpc.application.deploy.mutationOptions({
      onSuccess: async ({ deploymentId }) => {
        go(deploymentPath({ applicationId, deploymentId }));
        await queries.invalidateQueries(trpc.deployment.all.pathFilter());
      },
      onError: (error) => sayFailure(clientFault(error).message),
    }),
  );
}
