"use client";
import { Expiry } from "@/client/expiry";
import { ProviderPill } from "@/client/health-pill";
import { hostOfProvider } from "@/client/host";
import { nameOfProvider } from "@/client/provider-name";
import { typeFields } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Link } from "@/ui/link";
import { Logo } from "@/ui/logo";
import { RelativeTime } from "@/ui/relative-time";

interface Row {
  provider: GitProvider;
  type: GitProviderType | undefined;
}

function Name({ provider, type }: Row) {
  const address = type && typeFields(type, provider)[type.urlField];
  const host = hostOfProvider(type, address);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <Logo file={host.logo} className="size-6" />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 font-medium sm:min-w-44">
          <Link
            prefetch={false}
            href={`/providers/${provider.gitProviderId}`}
            className="after:absolute after:inset-0 hover:underline focus-visible:outline-none focus-visible:after:rounded-md focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent-ink"
          >
            {nameOfProvider(provider)}
          </Link>
          {provider.isDefault && <Badge tone="accent">default</Badge>}
          {provider.visibility === "application" && <Badge>dedicated</Badge>}
        </p>
        <p className="text-sm text-soft sm:max-w-56 sm:truncate">
          {typeof address === "string" && address ? address : host.label}
        </p>
      </div>
    </div>
  );
}

const columns: Column<Row>[] = [
  { key: "name", title: "Provider", lead: true, cell: (row) => <Name {...row} /> },
  {
    key: "account",
    className: "sm:min-w-24",
    title: "Account",
    cell: ({ provider }) =>
      provider.account?.name ?? <span className="whitespace-nowrap text-soft">not known</span>,
  },
  {
    key: "method",
    className: "sm:break-words",
    title: "Method",
    cell: ({ provider, type }) => type?.methods[provider.authMethod]?.label ?? provider.authMethod,
  },
  { key: "health", title: "Health", cell: ({ provider }) => <ProviderPill provider={provider} /> },
  {
    key: "expires",
    className: "sm:whitespace-nowrap",
    title: "Expires",
    cell: ({ provider }) => <Expiry health={provider.health} />,
  },
  {
    key: "used",
    className: "sm:whitespace-nowrap",
    title: "Used by",
    cell: ({ provider: { applicationCount: count } }) =>
      count === 0 ? (
        <span className="text-soft">nothing yet</span>
      ) : (
        `${count} ${count === 1 ? "application" : "applications"}`
      ),
  },
  {
    key: "checked",
    className: "sm:whitespace-nowrap",
    title: "Last checked",
    cell: ({ provider }) =>
      provider.health.checkedAt ? (
        <RelativeTime at={provider.health.checkedAt} className="text-soft" />
      ) : (
        <span className="text-soft">never</span>
      ),
  },
];

export function ProviderTable(props: { providers: GitProvider[]; types: GitProviderType[] }) {
  const rows = props.providers.map((provider) => ({
    provider,
    type: props.types.find((type) => type.type === provider.providerType),
  }));
  return (
    <DataTable
      caption="Providers"
      columns={columns}
      rows={rows}
      rowKey={({ provider }) => provider.gitProviderId}
    />
  );
}
