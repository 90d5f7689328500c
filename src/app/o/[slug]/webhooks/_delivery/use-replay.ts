"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/client/trpc";

/** Take deliveries in once more, as if they had just arrived; the lists then show what came of it. */
export function useReplay() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.webhook.replayMany.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.webhook.pathFilter()),
    }),
  );
}
