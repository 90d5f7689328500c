"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { clientFault } from "@/client/fault";
import { useMe } from "@/client/me";
import { useSwitched } from "@/client/organization";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { useFocusAfter } from "@/ui/focus-after";
import { toastError } from "@/ui/toast";

/** After another tab switched: the session works in the organization of this page again. What is typed stays. */
export function GoOnHere() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const switched = useSwitched();
  const here = useMe()?.organization;
  const part = useFocusAfter<HTMLSpanElement>();
  const goOn = useMutation(
    trpc.organization.setActive.mutationOptions({
      onSuccess: () => {
        switched?.back();
        return queries.invalidateQueries();
      },
      onError: (error) => toastError(clientFault(error).message),
    }),
  );
  if (!here) return null;
  return (
    <span ref={part}>
      <Button
        look="primary"
        size="small"
        busy={goOn.isPending}
        onClick={() => goOn.mutate({ organizationId: here.organizationId })}
      >
        Go on in {here.name}
      </Button>
    </span>
  );
}
