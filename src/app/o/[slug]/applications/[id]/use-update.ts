"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/client/trpc";
import { toastSuccess } from "@/ui/toast";

/** Change an application; `said` is the message shown on success. */
export function useUpdate(said: string, onSaved?: () => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.application.update.mutationOptions({
      onSuccess: async (application) => {
        const { applicationId } = application;
        queries.setQueryData(trpc.application.one.queryKey({ applicationId }), application);
        toastSuccess(said);
        onSaved?.();
        await queries.invalidateQueries(trpc.application.all.pathFilter());
      },
    }),
  );
}
