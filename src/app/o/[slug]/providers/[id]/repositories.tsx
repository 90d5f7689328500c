"use client";
import { RotateCw } from "lucide-react";
import { useState } from "react";
import { clientFault } from "@/client/fault";
import { hostOfProvider } from "@/client/host";
import { useMay } from "@/client/me";
import { ownFields, useRepositories } from "@/client/use-repositories";
import type { GitProvider, GitProviderType } from "@/features/git-provider/contract";
import type { Repository } from "@/git/nouns";
import { useAddressState } from "@/ui/address-state";
import { Button } from "@/ui/button";
import { ErrorPanel } from "@/ui/error-panel";
import { useLater } from "@/ui/later";
import { useGo } from "@/ui/link";
import { PickerList } from "@/ui/picker-list";
import { RelativeTime } from "@/ui/relative-time";
import { RepositoryRow } from "@/ui/repository-row";
import { sayFailure } from "@/ui/toast";

/** What this provider sees; picking one begins an application from it. */
export function Repositories({ provider, type }: { provider: GitProvider; type: GitProviderType }) {
  const go = useGo();
  const mayCreate = useMay("application:write");
  const [typed, setTyped] = useAddressState("search");
  const [refreshing, setRefreshing] = useState(false);
  const search = useLater(typed.trim(), 200);
  const { query, repositories, total, fetchedAt, refresh } = useRepositories(type, provider, search);
  const { logo } = hostOfProvider(type, ownFields(type, provider)[type.urlField]);

  async function refreshNow(): Promise<void> {
    setRefreshing(true);
    await refresh().catch((error: unknown) => sayFailure(clientFault(error).message));
    setRefreshing(false);
  }
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
      below={
        <div className="flex items-center justify-between gap-3">
          <span className="tabular">
            {total !== undefined && `${total} in all`}
            {fetchedAt && (
              <>
                {total !== undefined && " · "}updated <RelativeTime at={fetchedAt} />
              </>
            )}
          </span>
          <Button look="quiet" size="small" busy={refreshing} onClick={refreshNow}>
            <RotateCw aria-hidden="true" />
            Refresh
          </Button>
        </div>
      }
    />
  );
}
