"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Snowflake } from "lucide-react";
import dynamic from "next/dynamic";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Environment } from "@/features/environment/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { RelativeTime } from "@/ui/relative-time";
import { toastError, toastSuccess } from "@/ui/toast";

const FreezeDialog = dynamic(() =>
  import("@/app/o/[slug]/applications/[id]/environments/[environmentId]/freeze-dialog").then(
    (module) => module.FreezeDialog,
  ),
);

/** Whether the environment is frozen, by whom and why; and the button that ends or begins it. */
export function Freeze({ environment, mayWrite }: { environment: Environment; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [dialog, open, close] = useAddressDialog();
  const { frozen, name, environmentId } = environment;
  const unfreeze = useMutation(
    trpc.environment.update.mutationOptions({
      onSuccess: async () => {
        toastSuccess(`${name} is deployed again`);
        await queries.invalidateQueries(trpc.application.pathFilter());
      },
      onError: (error) => toastError(clientFault(error).message),
    }),
  );
  if (frozen)
    return (
      <Alert
        tone="warn"
        title={`${name} is frozen: ${frozen.reason}`}
        actions={
          mayWrite && (
            <Button
              busy={unfreeze.isPending}
              onClick={() => unfreeze.mutate({ environmentId, frozen: null })}
            >
              Unfreeze
            </Button>
          )
        }
      >
        <p>
          Nothing is deployed here{frozen.by && <>; frozen by {frozen.by}</>}, <RelativeTime at={frozen.at} />
          .
        </p>
      </Alert>
    );
  if (!mayWrite) return null;
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 px-5 py-3.5">
      <p className="min-w-0 flex-1 basis-64">
        <span className="font-medium">Not frozen.</span>{" "}
        <span className="text-soft">
          Freeze it to keep what is live, over a holiday or while you look for a fault.
        </span>
      </p>
      <Button onClick={() => open("freeze")}>
        <Snowflake aria-hidden="true" />
        Freeze
      </Button>
      {dialog === "freeze" && <FreezeDialog environment={environment} onClose={close} />}
    </Card>
  );
}
