"use client";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { ConnectForm } from "@/app/o/[slug]/providers/new/connect-form";
import { HostGrid } from "@/app/o/[slug]/providers/new/host-grid";
import { allHosts, type HostChoice, typeAt } from "@/client/host";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { Alert } from "@/ui/alert";
import { useGo } from "@/ui/link";
import { Logo } from "@/ui/logo";
import { PageHeader } from "@/ui/page-header";

const providers = { label: "Providers", href: "/providers" };

/** Choose a host, then connect it. The choice is in the address, so that Back leads back to it. */
export function ConnectPage() {
  const trpc = useTRPC();
  const go = useGo();
  const search = useSearchParams();
  const wanted = search.get("host");
  const query = useQuery(trpc.gitProvider.types.queryOptions());
  const mayConnect = useMay("provider:write");
  if (!mayConnect) {
    return (
      <>
        <PageHeader title="Connect a provider" trail={[providers]} />
        <Alert tone="warn">
          Your role does not connect providers. Ask an owner or admin of the organization.
        </Alert>
      </>
    );
  }
  function choose({ host, url, fields }: HostChoice): void {
    const isOwn = url !== "" && url !== host.baseUrl;
    const chosen = new URLSearchParams({ host: host.label, ...(isOwn && { address: url }), ...fields });
    go(`/providers/new?${chosen}`);
  }
  return (
    <Loaded query={query}>
      {(types) => {
        const choice = allHosts(types).find(({ host }) => host.label === wanted);
        if (!choice) {
          return (
            <>
              <PageHeader
                title="Connect a provider"
                hint="Where is the code? Paste any address of it, or choose the host."
                trail={[providers]}
              />
              <HostGrid types={types} onChoose={choose} />
            </>
          );
        }
        return (
          <>
            <PageHeader
              mark={<Logo file={choice.host.logo} className="size-7" />}
              title={`Connect ${choice.host.label}`}
              trail={[providers, { label: "Choose host", href: "/providers/new" }]}
            />
            <ConnectForm key={wanted} choice={formChoice(choice, search)} />
          </>
        );
      }}
    </Loaded>
  );
}

/** The host as its form needs it, with what the address of this page brings along. */
function formChoice(choice: HostChoice, search: URLSearchParams): HostChoice {
  const all = Object.values(choice.type.methods).flatMap((method) => method.fields);
  const open = all.filter(({ name, secret }) => !secret && name !== choice.type.urlField);
  const names = [...new Set(open.map((field) => field.name))];
  const pairs = names.flatMap((name) => (search.get(name) ? [[name, search.get(name) ?? ""]] : []));
  return {
    ...choice,
    type: typeAt(choice.type, choice.host),
    url: search.get("address") || choice.url,
    fields: Object.fromEntries(pairs),
  };
}
