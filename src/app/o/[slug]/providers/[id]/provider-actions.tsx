"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { EllipsisVertical, Power, Star, Trash2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Asked } from "@/app/o/[slug]/providers/[id]/stop-dialog";
import { clientFault } from "@/client/fault";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { GitProvider } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import type { MenuEntry } from "@/ui/menu-entry";
import { toastError, toastSuccess } from "@/ui/toast";

const StopDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/[id]/stop-dialog").then((module) => module.StopDialog),
);

export function ProviderActions({ provider, mayWrite }: { provider: GitProvider; mayWrite: boolean }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const mayRemove = useMay("provider:delete") && provider.access === "manage";
  const [asking, setAsking] = useState<Asked | null>(null);
  const { gitProviderId, isDefault, status } = provider;
  const common = {
    onError: (error: unknown) => toastError(clientFault(error).message),
    onSettled: () => queries.invalidateQueries(trpc.gitProvider.pathFilter()),
  };
  const setDefault = useMutation(
    trpc.gitProvider.setDefault.mutationOptions({
      ...common,
      onSuccess: () =>
        toastSuccess(isDefault ? "No provider is the default now" : `${provider.name} is the default now`),
    }),
  );
  const activate = useMutation(
    trpc.gitProvider.setStatus.mutationOptions({
      ...common,
      onSuccess: () => toastSuccess(`${provider.name} is active`),
    }),
  );
  if (!mayWrite && !mayRemove) return null;
  const changing: MenuEntry[] = [
    {
      kind: "item",
      icon: Star,
      label: isDefault ? "Stop being the default" : "Make default",
      onSelect: () => setDefault.mutate({ gitProviderId, isDefault: !isDefault }),
    },
    status === "active"
      ? { kind: "item", icon: Power, label: "Deactivate", onSelect: () => setAsking("deactivate") }
      : {
          kind: "item",
          icon: Power,
          label: "Activate",
          onSelect: () => activate.mutate({ gitProviderId, status: "active" }),
        },
  ];
  const removing: MenuEntry[] = [
    { kind: "line" },
    { kind: "item", icon: Trash2, label: "Remove", danger: true, onSelect: () => setAsking("remove") },
  ];
  const entries = () => [...(mayWrite ? changing : []), ...(mayRemove ? removing : [])];
  return (
    <>
      <Menu
        entries={entries}
        trigger={
          <Button size="icon" aria-label="More actions" busy={setDefault.isPending || activate.isPending}>
            <EllipsisVertical />
          </Button>
        }
      />
      {asking && <StopDialog kind={asking} provider={provider} onChange={setAsking} />}
    </>
  );
}
