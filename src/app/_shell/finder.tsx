"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Bell, Blocks, type LucideIcon, Plus, ScrollText, Search, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import * as Dialog from "radix-ui/dialog";
import { type ReactNode, useState } from "react";
import { sections } from "@/app/_shell/navigation";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { usePath } from "@/ui/link";
import { Logo } from "@/ui/logo";
import { MatchedText } from "@/ui/matched-text";
import { Sentence } from "@/ui/sentence";
import { useDebounced } from "@/ui/use-debounced";

function Row(props: {
  value: string;
  onSelect(): void;
  icon: ReactNode;
  children: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <Command.Item
      value={props.value}
      onSelect={props.onSelect}
      className="flex min-h-10 cursor-pointer items-center gap-3 rounded-sm px-3 data-[selected=true]:bg-hover"
    >
      <span className="text-soft [&_svg]:size-4">{props.icon}</span>
      <span className="min-w-0 flex-1">{props.children}</span>
      {props.aside && <span className="text-sm text-soft">{props.aside}</span>}
    </Command.Item>
  );
}

interface Action {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Not a page of the organization that is shown. */
  outside?: boolean;
}

function useActions(): Action[] {
  const mayConnect = useMay("provider:write");
  const mayCreate = useMay("application:write");
  const mayChange = useMay("organization:write");
  const mayAudit = useMay("audit:read");
  return [
    ...sections,
    ...(mayCreate ? [{ href: "/applications/new", label: "New application", icon: Plus }] : []),
    ...(mayConnect ? [{ href: "/providers/new", label: "Connect a provider", icon: Plus }] : []),
    { href: "/settings/members", label: "Members", icon: UserRound },
    { href: "/settings/api-keys", label: "API keys", icon: UserRound },
    ...(mayChange ? [{ href: "/settings/notifications", label: "Notifications", icon: Bell }] : []),
    ...(mayAudit ? [{ href: "/settings/audit", label: "Audit", icon: ScrollText }] : []),
    { href: "/account", label: "Account", icon: UserRound, outside: true },
  ];
}

function useFound(search: string) {
  const trpc = useTRPC();
  const enabled = search.length > 0;
  const applications = useQuery(
    trpc.application.all.queryOptions({ search, limit: 6 }, { enabled, placeholderData: keepPreviousData }),
  );
  const repositories = useQuery(
    trpc.repository.search.queryOptions({ search, limit: 12 }, { enabled: search.length > 1 }),
  );
  // Cached repositories are shown at once, until the hosts have answered.
  const known = useQuery(
    trpc.repository.search.queryOptions(
      { search, limit: 12, known: true },
      { enabled: search.length > 1 && repositories.data === undefined },
    ),
  );
  const types = useQuery(
    trpc.gitProvider.types.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  return { applications, repositories, known, types };
}

const heading =
  "[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-soft";

/** One box for pages, applications, and repositories of every host. */
export function Finder({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const router = useRouter();
  const path = usePath();
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), 150);
  const { applications, repositories, known, types } = useFound(search);
  const words = typed.trim().toLowerCase();
  const actions = useActions().filter((action) => action.label.toLowerCase().includes(words));
  function go(href: string, outside = false): void {
    onOpenChange(false);
    setTyped("");
    router.push(outside ? href : path(href));
  }
  function logoOf(type: string): string {
    return types.data?.find((each) => each.type === type)?.logo ?? "git.svg";
  }
  const foundApplications = words ? (applications.data?.items ?? []) : [];
  const found = repositories.data ?? known.data;
  const foundRepositories = words.length > 1 ? (found?.items ?? []) : [];
  const silent = words.length > 1 ? (repositories.data?.failures ?? []) : [];
  const partial = words.length > 1 ? (repositories.data?.incomplete ?? []) : [];
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="appear fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed inset-x-3 top-3 z-50 mx-auto max-w-xl overflow-hidden rounded-md border bg-raised shadow-overlay sm:top-[12vh]"
        >
          <Dialog.Title className="sr-only">Search</Dialog.Title>
          <Command shouldFilter={false} label="Search">
            <div className="flex items-center gap-3 border-b px-4">
              <Search className="size-4 text-soft" aria-hidden="true" />
              <Command.Input
                value={typed}
                onValueChange={setTyped}
                placeholder="Applications, repositories, pages"
                className="h-12 flex-1 bg-transparent outline-none placeholder:text-soft"
              />
            </div>
            <Command.List className={`max-h-[60vh] overflow-y-auto p-1.5 ${heading}`}>
              <Command.Empty className="px-3 py-8 text-center text-soft">
                {repositories.isFetching || applications.isFetching ? "Searching…" : "Nothing of that name."}
              </Command.Empty>
              {foundApplications.length > 0 && (
                <Command.Group heading="Applications">
                  {foundApplications.map((each) => (
                    <Row
                      key={each.applicationId}
                      value={`application ${each.applicationId}`}
                      icon={<Blocks />}
                      aside={each.repository.fullName}
                      onSelect={() => go(`/applications/${each.applicationId}`)}
                    >
                      <MatchedText text={each.name} search={search} />
                    </Row>
                  ))}
                </Command.Group>
              )}
              {actions.length > 0 && (
                <Command.Group heading="Go to">
                  {actions.map(({ href, label, icon: Icon, outside }) => (
                    <Row key={href} value={`page ${href}`} icon={<Icon />} onSelect={() => go(href, outside)}>
                      <MatchedText text={label} search={typed} />
                    </Row>
                  ))}
                </Command.Group>
              )}
              {foundRepositories.length > 0 && (
                <Command.Group heading="Repositories">
                  {foundRepositories.map(({ provider, repository }) => (
                    <Row
                      key={`${provider.gitProviderId} ${repository.id}`}
                      value={`repository ${provider.gitProviderId} ${repository.id}`}
                      icon={<Logo file={logoOf(provider.providerType)} className="size-4" />}
                      aside={provider.name}
                      onSelect={() => go(newApplicationPath(provider.gitProviderId, repository.fullName))}
                    >
                      <MatchedText text={repository.fullName} search={search} />
                    </Row>
                  ))}
                </Command.Group>
              )}
              {partial.map(({ provider, reason }) => (
                <p key={provider.gitProviderId} role="status" className="px-3 py-2 text-sm text-soft">
                  {provider.name} does not list everything: <Sentence text={reason.message} />
                </p>
              ))}
              {silent.map(({ provider, reason }) => (
                <p key={provider.gitProviderId} role="status" className="px-3 py-2 text-sm text-soft">
                  {provider.name} did not answer: <Sentence text={reason.message} />
                </p>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function newApplicationPath(gitProviderId: string, repository: string): string {
  return `/applications/new?${new URLSearchParams({ gitProviderId, repository })}`;
}
