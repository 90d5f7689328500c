"use client";
import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import dynamic from "next/dynamic";
import { useSource } from "@/app/o/[slug]/applications/[id]/use-source";
import { Promote } from "@/app/o/[slug]/providers/_credential/promote";
import { ProviderPill } from "@/client/health-pill";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { nameOfProvider } from "@/client/provider-name";
import { useTRPC } from "@/client/trpc";
import type { Application } from "@/features/application/contract";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { Link } from "@/ui/link";

const Connection = dynamic(() =>
  import("@/app/o/[slug]/providers/[id]/connection").then((module) => module.Connection),
);
const RotateDialog = dynamic(() =>
  import("@/app/o/[slug]/providers/_credential/rotate-dialog").then((module) => module.RotateDialog),
);

/** The credential that only this application uses: its health, its rotation, and a button to share it. */
export function DedicatedCredential({ application }: { application: Application }) {
  const { provider } = useSource(application);
  if (provider?.visibility !== "application") return null;
  return <Dedicated gitProviderId={provider.gitProviderId} />;
}

function Dedicated({ gitProviderId }: { gitProviderId: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.gitProvider.one.queryOptions({ gitProviderId }));
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  return (
    <Section
      title="Dedicated credential"
      hint="Only this application uses it, and for this repository alone. It is removed with it."
    >
      <Loaded query={query}>
        {(provider) => {
          const type = types.find((each) => each.type === provider.providerType);
          return type && <Credential provider={provider} type={type} />;
        }}
      </Loaded>
    </Section>
  );
}

function Credential({ provider, type }: { provider: GitProviderDetail; type: GitProviderType }) {
  const mayWrite = useMay("provider:write") && provider.access === "manage";
  const [dialog, open, close] = useAddressDialog();
  return (
    <div className="grid gap-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          className="font-medium hover:underline"
          prefetch={false}
          href={`/providers/${provider.gitProviderId}`}
        >
          {nameOfProvider(provider)}
        </Link>
        <ProviderPill provider={provider} />
      </p>
      <Connection provider={provider} type={type} mayTest={mayWrite} />
      {mayWrite && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => open("rotate")}>
            <KeyRound aria-hidden="true" />
            Replace credential
          </Button>
          <Promote provider={provider} />
        </div>
      )}
      {dialog === "rotate" && <RotateDialog provider={provider} type={type} onClose={close} />}
    </div>
  );
}
