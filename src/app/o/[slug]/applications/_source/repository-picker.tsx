"use client";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Resolved } from "@/app/o/[slug]/applications/_source/resolved";
import { byOwner, isAddress, type Source } from "@/app/o/[slug]/applications/_source/source";
import { clientFault } from "@/client/fault";
import { hostOfProvider } from "@/client/host";
import { ListFooter } from "@/client/list-footer";
import { useTRPC } from "@/client/trpc";
import { typeFields, useRepositories } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import { replaceQuery, useAddressState } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Select } from "@/ui/input";
import { PickerList } from "@/ui/picker-list";
import { RepositoryRow } from "@/ui/repository-row";
import { useDebounced } from "@/ui/use-debounced";

export interface RepositoryPickerProps {
  providers: GitProvider[];
  provider: GitProvider;
  onProvider(gitProviderId: string): void;
  initialSearch?: string;
  onPick(source: Source): void;
  /** Whether a repository may come with a token that only this application uses. */
  ownToken?: boolean;
}

/** Find a repository by name on one provider, or by its address on all of them. */
export function RepositoryPicker(props: RepositoryPickerProps) {
  const trpc = useTRPC();
  const types = useQuery(trpc.gitProvider.types.queryOptions()).data ?? [];
  const type = types.find((each) => each.type === props.provider.providerType);
  return (
    <div className="grid gap-3">
      {props.providers.length > 1 && (
        <Field label="Provider">
          <Select
            className="max-w-sm"
            value={props.provider.gitProviderId}
            onChange={(event) => props.onProvider(event.target.value)}
          >
            {props.providers.map((each) => (
              <option key={each.gitProviderId} value={each.gitProviderId}>
                {each.name}
                {each.isDefault ? " (default)" : ""}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {type && <Picker key={props.provider.gitProviderId} {...props} type={type} />}
    </div>
  );
}

function Picker(props: RepositoryPickerProps & { type: GitProviderType }) {
  const { provider, type } = props;
  const [typed, setTyped] = useAddressState("search", props.initialSearch);
  const later = useDebounced(typed.trim(), 200);
  const address = isAddress(typed);
  const search = isAddress(later) ? "" : later;
  const list = useRepositories(type, provider, search, !address);
  const items = useMemo(
    () => (address || !type.hasRepositories ? [] : byOwner(list.repositories)),
    [address, type, list.repositories],
  );
  const own = typeFields(type, provider)[type.urlField];
  const { logo } = hostOfProvider(type, own);
  function pick(source: Source): void {
    replaceQuery({ search: undefined });
    props.onPick(source);
  }
  return (
    <PickerList
      label="Repositories"
      placeholder={
        type.hasRepositories ? "Search, or paste any address" : "Paste the address of a repository"
      }
      className="h-[26rem] max-h-[70dvh]"
      rowHeight={44}
      autoFocus
      search={typed}
      onSearch={setTyped}
      items={items}
      keyOf={(repository) => repository.id}
      groupOf={(repository) => repository.owner}
      onPick={(repository) => pick({ provider, repository })}
      onEnd={list.query.hasNextPage && !list.query.isFetchingNextPage ? list.query.fetchNextPage : undefined}
      empty={
        address ? (
          <Resolved {...props} address={later} waiting={later !== typed.trim()} onPick={pick} />
        ) : (
          <Empty type={type} search={search} own={own} list={list} onUse={setTyped} />
        )
      }
      render={(repository) => <RepositoryRow repository={repository} search={search} logo={logo} />}
      below={!address && type.hasRepositories && <ListFooter list={list} />}
    />
  );
}

type List = ReturnType<typeof useRepositories>;

function Empty(props: {
  type: GitProviderType;
  search: string;
  own: unknown;
  list: List;
  onUse(address: string): void;
}): ReactNode {
  const { query } = props.list;
  if (!props.type.hasRepositories) {
    const own = typeof props.own === "string" && props.own !== "" ? props.own : null;
    return (
      <div className="grid justify-items-center gap-3">
        <p>A plain Git server has no list of repositories. Paste the address of one above.</p>
        {own && <Button onClick={() => props.onUse(own)}>Use {own}</Button>}
      </div>
    );
  }
  if (query.isError) {
    return (
      <div className="grid justify-items-center gap-3">
        <p className="text-bad">{clientFault(query.error).message}</p>
        <Button size="small" busy={query.isFetching} onClick={() => query.refetch()}>
          <RotateCw aria-hidden="true" />
          Try again
        </Button>
      </div>
    );
  }
  if (query.isPending) return "Asking the host…";
  return props.search
    ? "No repository of that name. Check the spelling, or paste its address."
    : "No repository is visible to this provider.";
}
