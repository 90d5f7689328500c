"use client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, Plus } from "lucide-react";
import { clientFault } from "@/client/fault";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Initial } from "@/ui/initial";
import { Menu } from "@/ui/menu";
import { sayFailure } from "@/ui/toast";

/** The organization all pages speak of, and the way to another one. */
export function OrganizationMenu() {
  const trpc = useTRPC();
  const active = useMe()?.organization;
  const organizations = useQuery(trpc.organization.list.queryOptions()).data?.items ?? [];
  const setActive = useMutation(
    trpc.organization.setActive.mutationOptions({
      // Everything on the page belongs to the old one: begin anew rather than mend each list.
      onSuccess: () => window.location.assign("/"),
      onError: (error) => sayFailure(clientFault(error).message),
    }),
  );
  const name = active?.name ?? "No organization";
  return (
    <Menu
      align="start"
      trigger={
        <Button
          look="quiet"
          className="h-10 w-full min-w-0 justify-start px-2 font-semibold"
          busy={setActive.isPending}
        >
          <Initial name={name} />
          <span className="min-w-0 flex-1 truncate text-left">{name}</span>
          <ChevronsUpDown className="text-soft" aria-hidden="true" />
          <span className="sr-only">Switch organization</span>
        </Button>
      }
      entries={() => [
        { kind: "label", text: "Organizations" },
        {
          kind: "choice",
          value: active?.organizationId ?? "",
          options: organizations.map((each) => ({ value: each.organizationId, label: each.name })),
          onChange: (organizationId) => setActive.mutate({ organizationId }),
        },
        { kind: "line" },
        { kind: "item", icon: Plus, label: "New organization", href: "/organizations/new" },
      ]}
    />
  );
}
