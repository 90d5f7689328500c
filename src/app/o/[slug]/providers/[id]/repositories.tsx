"use client";
import { clientFault } from "@/client/fault";
import { hostOfProvider } from "@/client/host";
import { ListFooter } from "@/client/list-footer";
import { useMay } from "@/client/me";
import { typeFields, useRepositories } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import type { Repository } from "@/git/nouns";
import { useAddressState } from "@/ui/address-state";
import { ErrorPanel } from "@/ui/error-panel";
import { useGo } from "@/ui/link";
import { PickerList } from "@/ui/picker-list";
import { RepositoryRow } from "@/ui/repository-row";
import { useDebounced } from "@/ui/use-debounced";

/** What this provider sees; picking one begins an application from it. */
export function Repositories({ provider, type }: { provider: GitProvider; type: GitProviderType }) {
  const go = useGo();
  const mayCreate = useMay("application:write");
  const [typed, setTyped] = useAddressState("search");
  const search = useDebounced(typed.trim(), 200);
  const list = useRepositories(type, provider, search);
  const { query, repositories } = list;
  const { logo } = hostOfProvider(type, typeFields(type, provider)[type.urlField]);

  function pick(repository: Repository): void {
    if (!mayCreate) return;
    const chosen = { gitProviderId: provider.gitProviderId, repository: repository.fullName };
    go(`/applications/new?${new URLSearchParams(chosen)}`);
  }
  if (query.isError && repositories.length === 0) {
    const fault = clientFault(query.error);
    return (
      <ErrorPanel
        message={fault.message}
        requestId={fault.requestId}
        busy={query.isFetching}
        onRetry={() => query.refetch()}
      />
    );
  }
  const empty = query.isPending
    ? "Asking the host…"
    : search
      ? "No repository of that name."
      : "No repository is visible.";
  return (
    <PickerList
      label="Repositories"
      placeholder="Search repositories"
      className="h-[34rem] max-h-[70dvh]"
      search={typed}
      onSearch={setTyped}
      items={repositories}
      keyOf={(repository) => repository.id}
      onPick={pick}
      onEnd={query.hasNextPage && !query.isFetchingNextPage ? query.fetchNextPage : undefined}
      rowHeight={44}
      empty={empty}
      render={(repository) => <RepositoryRow repository={repository} search={search} logo={logo} />}
      below={<ListFooter list={list} />}
    />
  );
}
