"use client";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, GitBranch, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { DedicatedToken } from "@/app/o/[slug]/applications/_source/dedicated-token";
import type { Source } from "@/app/o/[slug]/applications/_source/source";
import { clientFault } from "@/client/fault";
import { hostOfUrl } from "@/client/host";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import { isUrl } from "@/features/application/is-url";
import type { GitProvider } from "@/features/git-provider/contract";
import type { ResolvedRepository } from "@/features/repository/contract";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { cn } from "@/ui/class-names";
import { Link } from "@/ui/link";

interface Props {
  address: string;
  /** The text is still being typed. */
  waiting: boolean;
  providers: GitProvider[];
  ownToken?: boolean;
  onPick(source: Source): void;
}

/** The repository of a pasted URL, the providers that can read it, and the one that will be used. */
export function Resolved(props: Props) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.repository.resolve.queryOptions(
      { url: props.address },
      { enabled: !props.waiting, staleTime: 30_000, retry: false },
    ),
  );
  if (query.data && !props.waiting) return <Answer key={props.address} {...props} found={query.data} />;
  if (query.isError && !props.waiting) return <p className="text-bad">{clientFault(query.error).message}</p>;
  return (
    <p role="status" className="inline-flex items-center gap-2">
      <LoaderCircle className="size-4 animate-spin" aria-hidden="true" />
      Asking your providers who reaches this…
    </p>
  );
}

function Answer(props: Props & { found: ResolvedRepository }) {
  const { found } = props;
  return (
    <div className="grid gap-4 text-left text-ink">
      <div>
        <p className="font-semibold">{found.fullName}</p>
        <p className="flex flex-wrap gap-x-3 text-sm text-soft">
          <span>on {found.host}</span>
          {found.ref && (
            <span className="inline-flex items-center gap-1">
              <GitBranch className="size-3.5" aria-hidden="true" />
              {found.ref}
            </span>
          )}
          {found.path && <span>folder {found.path}</span>}
        </p>
      </div>
      {found.candidates.some((each) => each.reachable) ? (
        <Reachable {...props} />
      ) : (
        <Unreachable {...props} />
      )}
    </div>
  );
}

function addressOf({ fullName, url }: ResolvedRepository): string {
  return isUrl(fullName) ? fullName : url;
}

function Reachable({ found, providers, onPick }: Props & { found: ResolvedRepository }) {
  const [chosen, setChosen] = useState(found.chosen?.gitProviderId);
  const candidate = found.candidates.find((each) => each.provider.gitProviderId === chosen);
  const provider = providers.find((each) => each.gitProviderId === chosen);
  const single = found.candidates.length === 1;
  function use(): void {
    if (!provider) return;
    onPick({
      provider,
      // A provider that describes no repository knows it by its address alone.
      repository: candidate?.repository ?? { fullName: addressOf(found), url: found.url },
      ref: found.ref ?? undefined,
      path: found.path ?? undefined,
    });
  }
  return (
    <>
      <fieldset className="grid gap-1.5">
        <legend className="mb-1.5 text-sm text-soft">{found.chosen?.why}</legend>
        {found.candidates.map(({ provider: each, reachable, reason }) => (
          <label
            key={each.gitProviderId}
            className={cn(
              "flex items-start gap-2.5 rounded-md border px-3 py-2",
              reachable ? "cursor-pointer hover:bg-hover has-checked:border-accent-ink" : "text-soft",
            )}
          >
            <input
              type="radio"
              name="candidate"
              className={cn("mt-0.5 size-4 accent-accent", single && "sr-only")}
              disabled={!reachable}
              checked={chosen === each.gitProviderId}
              onChange={() => setChosen(each.gitProviderId)}
            />
            <Reach name={each.name} reachable={reachable} reason={reason?.message} />
            {found.chosen?.tied.includes(each.gitProviderId) && (
              <Badge className="ml-auto">fits as well</Badge>
            )}
          </label>
        ))}
      </fieldset>
      <Button look="primary" className="justify-self-start" disabled={!provider} onClick={use}>
        Use this repository
      </Button>
    </>
  );
}

function Reach({ name, reachable, reason }: { name: string; reachable: boolean; reason?: string }) {
  const Icon = reachable ? CircleCheck : CircleX;
  return (
    <span className="flex min-w-0 items-start gap-2">
      <Icon
        className={cn("mt-0.5 size-4 shrink-0", reachable ? "text-good" : "text-bad")}
        aria-hidden="true"
      />
      <span className="min-w-0">
        <span className="font-medium text-ink">{name}</span>{" "}
        {reachable ? "reaches it" : `does not reach it. ${reason ?? ""}`}
      </span>
    </span>
  );
}

function Unreachable(props: Props & { found: ResolvedRepository }) {
  const { found } = props;
  const trpc = useTRPC();
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const mayConnect = useMay("provider:write");
  const choice = hostOfUrl(types, found.url);
  const query = choice && new URLSearchParams({ host: choice.host.label, address: choice.url });
  return (
    <>
      <div className="grid gap-1.5">
        <p>
          {found.candidates.length > 0
            ? "None of your providers reaches it."
            : "No provider is connected to this host."}
        </p>
        {found.candidates.map(({ provider, reason }) => (
          <div key={provider.gitProviderId} className="rounded-md border px-3 py-2 text-soft">
            <Reach name={provider.name} reachable={false} reason={reason?.message} />
          </div>
        ))}
      </div>
      {mayConnect && (
        <Button asChild className="justify-self-start">
          <Link href={query ? `/providers/new?${query}` : "/providers/new"}>
            Connect {choice?.host.baseUrl || choice ? choice.host.label : found.host}
          </Link>
        </Button>
      )}
      {props.ownToken && (
        <DedicatedToken
          onUse={(token) =>
            props.onPick({
              provider: null,
              repository: { fullName: found.fullName, url: found.url },
              ref: found.ref ?? undefined,
              path: found.path ?? undefined,
              token,
            })
          }
        />
      )}
    </>
  );
}
