"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ArrowLeftRight } from "lucide-react";
import { clientFault } from "@/client/fault";
import { useMe } from "@/client/me";
import { useSwitched } from "@/client/organization";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { sayFailure } from "@/ui/toast";

/** Another tab switched: says so, and leads on in either organization. What is typed on this page stays. */
export function SwitchedBar() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const here = useMe()?.organization;
  const switched = useSwitched();
  const goOn = useMutation(
    trpc.organization.setActive.mutationOptions({
      onSuccess: () => {
        switched?.back();
        return queries.invalidateQueries();
      },
      onError: (error) => sayFailure(clientFault(error).message),
    }),
  );
  if (!switched || !here) return null;
  const other = switched.to;
  return (
    <div
      role="alert"
      className="sticky top-14 z-20 flex flex-wrap items-center gap-x-4 gap-y-2 border-b bg-warn-wash px-4 py-3 md:top-0 md:px-8"
    >
      <ArrowLeftRight className="size-4 shrink-0 text-warn" aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60">
        Another tab switched to <strong>{other?.name ?? "another organization"}</strong>. This page shows{" "}
        <strong>{here.name}</strong>, and nothing on it is saved until you go on there.
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          size="small"
          busy={goOn.isPending}
          onClick={() => goOn.mutate({ organizationId: here.organizationId })}
        >
          Go on in {here.name}
        </Button>
        <Button asChild size="small">
          <a href={other ? `/o/${other.slug}` : "/"}>Open {other?.name ?? "the other one"}</a>
        </Button>
      </div>
    </div>
  );
}
