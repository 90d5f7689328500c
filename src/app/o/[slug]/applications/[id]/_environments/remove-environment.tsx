"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Environment } from "@/features/environment/contract";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { toastSuccess } from "@/ui/toast";

export function RemoveEnvironment({ environment, onClose }: { environment: Environment; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { environmentId, name, url, current, variables } = environment;
  const remove = useMutation(
    trpc.environment.remove.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries(trpc.application.pathFilter());
        toastSuccess(`${name} removed`);
        onClose();
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${name}?`}
      stops={[
        ...(current ? [`The site at ${url}`] : []),
        "Deployments of it that are under way, and the list of earlier ones with their logs",
        ...(variables.length > 0 ? [`Its variables: ${variables.map((each) => each.name).join(", ")}`] : []),
      ]}
      verb="Remove environment"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ environmentId })}
    >
      Other environments stay as they are.
    </ConfirmDialog>
  );
}
