"use client";
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, Plus } from "lucide-react";
import { useMe } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Initial } from "@/ui/initial";
import { Menu } from "@/ui/menu";

/** The organization that the page shows, with a menu to switch to another one. */
export function OrganizationMenu() {
  const trpc = useTRPC();
  const shown = useMe()?.organization;
  const organizations = useQuery(trpc.organization.list.queryOptions()).data?.items ?? [];
  const name = shown?.name ?? "No organization";
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" className="h-10 w-full min-w-0 justify-start px-2 font-semibold">
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
          value: shown?.slug ?? "",
          options: organizations.map(({ slug, name }) => ({ value: slug, label: name })),
          // A whole page load: nothing of the organization before is left in memory.
          onChange: (slug) => window.location.assign(`/o/${slug}`),
        },
        { kind: "line" },
        { kind: "item", icon: Plus, label: "New organization", href: "/organizations/new" },
      ]}
    />
  );
}
