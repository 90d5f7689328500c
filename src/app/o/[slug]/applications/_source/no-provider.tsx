"use client";
import { Plug } from "lucide-react";
import type { ReactNode } from "react";
import { ConnectButton } from "@/app/o/[slug]/providers/_connect/connect-button";
import { useMay } from "@/client/me";
import { EmptyState } from "@/ui/empty-state";

/** In place of repositories while no host is connected: `children` say what that is good for. */
export function NoProvider({ children }: { children: ReactNode }) {
  const mayConnect = useMay("provider:write");
  return (
    <EmptyState icon={Plug} title="Connect a Git host first" action={mayConnect && <ConnectButton />}>
      {children}
      {!mayConnect && " Ask an owner or admin of the organization to connect one."}
    </EmptyState>
  );
}
