"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useTRPC } from "@/client/trpc";
import type { Preview } from "@/features/preview/contract";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { toastSuccess } from "@/ui/toast";

export function RemovePreview({ preview, onClose }: { preview: Preview; onClose(): void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { environmentId, name, url, current, pullRequest } = preview;
  const remove = useMutation(
    trpc.preview.remove.mutationOptions({
      onSuccess: async () => {
        toastSuccess(`${name} removed`);
        onClose();
        await queries.invalidateQueries(trpc.preview.pathFilter());
      },
    }),
  );
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Remove the preview ${name}?`}
      stops={[
        ...(current ? [`The site at ${url}`] : []),
        "Deployments of it that are under way, and the list of earlier ones with their logs",
      ]}
      verb="Remove preview"
      busy={remove.isPending}
      error={remove.error ? clientFault(remove.error).message : undefined}
      onConfirm={() => remove.mutate({ environmentId })}
    >
      {pullRequest
        ? "The request stays as it is. It gets a preview again with its next push."
        : "The branch stays as it is."}
    </ConfirmDialog>
  );
}
