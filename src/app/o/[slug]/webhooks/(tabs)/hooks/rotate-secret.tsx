"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Webhook } from "@/features/webhook/contract";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { toastError, toastSuccess } from "@/ui/toast";

/** Ask, then replace the secret of a webhook; the former one is taken for a while longer. */
export function RotateSecret(props: { hook: Webhook; onRotated(): void; onClose(): void }) {
  const { hook, onRotated, onClose } = props;
  const trpc = useTRPC();
  const queries = useQueryClient();
  const isByHand = hook.mode === "manual" || hook.mode === "polling";
  const rotate = useMutation(
    trpc.webhook.rotateSecret.mutationOptions({
      onSuccess: async ({ isAtHost, reason }) => {
        if (isAtHost) toastSuccess("The host has the new secret");
        else toastError(reason?.message ?? "Paste the new secret at the host now.");
        onRotated();
        onClose();
        await queries.invalidateQueries(trpc.webhook.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Replace the secret of ${hook.repository}?`}
      verb="Replace secret"
      busy={rotate.isPending}
      error={rotate.error ? clientFault(rotate.error).message : undefined}
      onConfirm={() => rotate.mutate({ webhookId: hook.webhookId })}
    >
      {isByHand
        ? "Paste the new one at the host afterwards. Deliveries with the former secret are taken for a while longer, so that none is lost."
        : "Slipway writes the new one to the host. Deliveries with the former secret are taken for a while longer, so that none is lost."}
    </ConfirmDialog>
  );
}
