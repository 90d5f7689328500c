"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { deploymentPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Environment } from "@/features/environment/contract";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useGo } from "@/ui/link";

const nameOf = ({ current }: Environment) => current?.commit?.subject || current?.ref;

/** Ask, then publish in one environment the very release that another one serves. */
export function PromoteDialog(props: { from: Environment; to: Environment; onClose(): void }) {
  const { from, to, onClose } = props;
  const trpc = useTRPC();
  const go = useGo();
  const queries = useQueryClient();
  const promote = useMutation(
    trpc.environment.promote.mutationOptions({
      onSuccess: async (deployment) => {
        go(deploymentPath(deployment));
        await queries.invalidateQueries(trpc.deployment.all.pathFilter());
      },
    }),
  );
  const isFrozen = to.frozen !== null;
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Promote ${from.name} to ${to.name}?`}
      stops={to.current ? [`The current release of ${to.name}: ${nameOf(to)}`] : []}
      verb={isFrozen ? "Promote although it is frozen" : "Promote"}
      busy={promote.isPending}
      error={promote.error ? clientFault(promote.error).message : undefined}
      onConfirm={() =>
        promote.mutate({ environmentId: to.environmentId, from: from.environmentId, force: isFrozen })
      }
    >
      {to.name} gets the very files that {from.name} serves, “{nameOf(from)}”. Nothing is fetched or built.
      {to.frozen && ` ${to.name} is frozen: ${to.frozen.reason}`}
    </ConfirmDialog>
  );
}
