"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { hostOfProvider } from "@/client/host";
import { Loaded } from "@/client/loaded";
import { applicationPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import { HostLink } from "@/ui/host-link";
import { LinkTabs } from "@/ui/link-tabs";
import { Logo } from "@/ui/logo";
import { PageHeader } from "@/ui/page-header";

const trail = [{ label: "Applications", href: "/applications" }];

export function ApplicationFrame(props: { applicationId: string; children: ReactNode }) {
  const { applicationId } = props;
  const trpc = useTRPC();
  const query = useQuery(trpc.application.one.queryOptions({ applicationId }));
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const path = applicationPath(applicationId);
  return (
    <Loaded query={query}>
      {({ name, repository, url, providerType }) => {
        const type = types.find((each) => each.type === providerType);
        return (
          <>
            <PageHeader
              trail={trail}
              title={name}
              hint={
                <span className="flex flex-wrap items-center gap-x-5 gap-y-1">
                  <span className="inline-flex min-w-0 items-center gap-2">
                    <Logo file={hostOfProvider(type, repository.url).logo} className="size-4" />
                    <HostLink href={repository.url}>{repository.fullName}</HostLink>
                  </span>
                  <HostLink href={url}>{url.replace(/^https?:\/\//, "")}</HostLink>
                </span>
              }
            />
            <LinkTabs
              label="Parts of this application"
              tabs={[
                { href: path, label: "Environments" },
                { href: `${path}/deployments`, label: "Deployments" },
                { href: `${path}/previews`, label: "Previews" },
                { href: `${path}/settings`, label: "Settings" },
              ]}
            />
            {props.children}
          </>
        );
      }}
    </Loaded>
  );
}
