"use client";
import { usePathname } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { clientFault } from "@/client/fault";
import { ClientProvider } from "@/client/provider";
import { BasePathProvider } from "@/ui/link";

/** An organization as its pages name it. */
export interface PageOrganization {
  organizationId: string;
  slug: string;
  name: string;
}

/** Another tab has made another organization active. */
export interface Switched {
  /** Null when it is known only from a refused call. */
  to: PageOrganization | null;
  /** Call it when the session works in the organization of this page again. */
  back(): void;
}

const SwitchedContext = createContext<Switched | null>(null);

/** Whether calls of this page are refused because another tab switched; null as long as they are not. */
export function useSwitched(): Switched | null {
  return useContext(SwitchedContext);
}

export const switchedReason = "organization_switched";

/** The organization that the page shows: its calls and its links are in this one. Other tabs are told. */
export function OrganizationProvider(props: { organization: PageOrganization; children: ReactNode }) {
  const { organizationId, slug, name } = props.organization;
  const [to, setTo] = useState<PageOrganization | null | undefined>(undefined);
  const channel = useRef<BroadcastChannel>(null);
  const pathname = usePathname();
  useEffect(() => {
    const opened = new BroadcastChannel("slipway-organization");
    opened.onmessage = ({ data }: MessageEvent<PageOrganization>) =>
      setTo(data.organizationId === organizationId ? undefined : data);
    channel.current = opened;
    return () => opened.close();
  }, [organizationId]);
  function announce(): void {
    setTo(undefined);
    channel.current?.postMessage({ organizationId, slug, name } satisfies PageOrganization);
  }
  // Opening a page made its organization the active one: on the server, before this runs.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per page that is opened
  useEffect(announce, [pathname]);
  return (
    <BasePathProvider value={`/o/${slug}`}>
      <SwitchedContext value={to === undefined ? null : { to, back: announce }}>
        <ClientProvider
          organizationId={organizationId}
          onError={(error) => {
            if (clientFault(error).reason === switchedReason) setTo((known) => known ?? null);
          }}
        >
          {props.children}
        </ClientProvider>
      </SwitchedContext>
    </BasePathProvider>
  );
}
