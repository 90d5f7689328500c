"use client";
import dynamic from "next/dynamic";
import { LastDelivery } from "@/app/o/[slug]/_delivery/last-delivery";
import { Connection } from "@/app/o/[slug]/providers/[id]/connection";
import { ProviderActions } from "@/app/o/[slug]/providers/[id]/provider-actions";
import { WithProvider } from "@/app/o/[slug]/providers/[id]/with-provider";
import { ProviderPill } from "@/client/health-pill";
import { hostOfProvider } from "@/client/host";
import { useMay } from "@/client/me";
import { nameOfProvider } from "@/client/provider-name";
import { typeFields } from "@/client/use-repositories";
import type { GitProviderDetail, GitProviderType } from "@/features/git-provider/contract";
import { useAddressState } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Badge } from "@/ui/badge";
import { Logo } from "@/ui/logo";
import { PageHeader } from "@/ui/page-header";
import { TabSet } from "@/ui/tabs";

// The code of a tab is loaded when it is opened.
const Repositories = dynamic(() =>
  import("@/app/o/[slug]/providers/[id]/repositories").then((module) => module.Repositories),
);
const Usage = dynamic(() => import("@/app/o/[slug]/providers/[id]/usage").then((module) => module.Usage));
const SettingsTab = dynamic(() =>
  import("@/app/o/[slug]/providers/[id]/settings-tab").then((module) => module.SettingsTab),
);

const trail = [{ label: "Providers", href: "/providers" }];

interface Props {
  gitProviderId: string;
  /** Why the authorization at the host that just ended changed nothing. */
  problem: string | null;
}

export function ProviderPage({ gitProviderId, problem }: Props) {
  return (
    <WithProvider gitProviderId={gitProviderId}>
      {(provider, type) =>
        type ? (
          <Page provider={provider} type={type} problem={problem} />
        ) : (
          <Alert tone="warn" title={provider.name}>
            This version of Slipway does not know providers of the type {provider.providerType}.
          </Alert>
        )
      }
    </WithProvider>
  );
}

interface PageProps {
  provider: GitProviderDetail;
  type: GitProviderType;
  problem: string | null;
}

function Page({ provider, type, problem }: PageProps) {
  const mayWrite = useMay("provider:write") && provider.access === "manage";
  const [tab, setTab] = useAddressState("tab", "connection");
  const host = hostOfProvider(type, typeFields(type, provider)[type.urlField]);
  const tabs = [
    {
      value: "connection",
      label: "Connection",
      content: (
        <div className="grid grid-cols-1 gap-5">
          <LastDelivery
            of={{ gitProviderId: provider.gitProviderId }}
            none="This host has told of no push yet. It does once an application deploys from it on each push, or has previews."
          />
          <Connection provider={provider} type={type} mayTest={mayWrite} />
        </div>
      ),
    },
    ...(type.hasRepositories
      ? [
          {
            value: "repositories",
            label: "Repositories",
            content: <Repositories provider={provider} type={type} />,
          },
        ]
      : []),
    {
      value: "usage",
      label: `Used by ${provider.applicationCount || ""}`.trim(),
      content: <Usage gitProviderId={provider.gitProviderId} />,
    },
    ...(mayWrite
      ? [
          {
            value: "settings",
            label: "Settings",
            content: <SettingsTab provider={provider} type={type} onMade={() => setTab("connection")} />,
          },
        ]
      : []),
  ];
  return (
    <>
      <PageHeader
        trail={trail}
        mark={<Logo file={host.logo} className="size-7" />}
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {nameOfProvider(provider)}
            <ProviderPill provider={provider} />
            {provider.isDefault && <Badge tone="accent">default</Badge>}
            {provider.visibility === "application" && <Badge>dedicated</Badge>}
          </span>
        }
        hint={provider.description || undefined}
        actions={<ProviderActions provider={provider} mayWrite={mayWrite} />}
      />
      {problem && (
        <Alert tone="bad" title="Nothing was changed" className="mb-5">
          {problem}
        </Alert>
      )}
      <TabSet label="Parts of this provider" value={tab} onChange={setTab} tabs={tabs} />
    </>
  );
}
