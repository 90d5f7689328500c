"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { deploymentPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Deployment } from "@/features/deployment/contract";
import { useGo } from "@/ui/link";
import { toastError } from "@/ui/toast";

/** Deploy the same commit once more, or publish its kept files again; then go to the new deployment. */
export function useRedeploy(how: "retry" | "rollback") {
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  return useMutation(
    trpc.deployment[how].mutationOptions({
      onSuccess: async (made: Deployment) => {
        queries.setQueryData(trpc.deployment.one.queryKey({ deploymentId: made.deploymentId }), made);
        go(deploymentPath(made));
        await queries.invalidateQueries(trpc.deployment.all.pathFilter());
      },
      onError: (error) => toastError(clientFault(error).message),
    }),
  );
}
