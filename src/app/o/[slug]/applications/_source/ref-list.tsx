"use client";
import { GitBranch, ShieldCheck, Tag } from "lucide-react";
import { useMemo, useState } from "react";
import { type RefsOf, useRefs } from "@/app/o/[slug]/applications/_source/use-refs";
import { clientFault } from "@/client/fault";
import { Incomplete } from "@/client/list-footer";
import type { Ref } from "@/git/nouns";
import { Badge } from "@/ui/badge";
import { MatchedText } from "@/ui/matched-text";
import { PickerList } from "@/ui/picker-list";
import { useDebounced } from "@/ui/use-debounced";

/** The default branch stands first, as long as nobody searches for another. */
function ordered(refs: readonly Ref[], defaultBranch: string | null): Ref[] {
  const isDefault = (ref: Ref) => ref.default || ref.name === defaultBranch;
  return [...refs.filter(isDefault), ...refs.filter((ref) => !isDefault(ref))];
}

/** Branches or tags of a repository, searched on the host as you type. */
export function RefList(props: {
  of: RefsOf;
  kind: "branch" | "tag";
  defaultBranch: string | null;
  picked: string | null;
  onPick(name: string): void;
}) {
  const { kind, defaultBranch } = props;
  const [typed, setTyped] = useState("");
  const search = useDebounced(typed.trim(), 200);
  const query = useRefs(props.of, kind === "tag" ? "tags" : "branches", search);
  const refs = useMemo(
    () =>
      ordered(
        query.data?.pages.flatMap((page) => page.items) ?? [],
        kind === "branch" ? defaultBranch : null,
      ),
    [query.data, kind, defaultBranch],
  );
  const incomplete = query.data?.pages.find((page) => page.incomplete)?.incomplete?.reason;
  const noun = kind === "tag" ? "tag" : "branch";
  const Icon = kind === "tag" ? Tag : GitBranch;
  const empty = query.isError
    ? clientFault(query.error).message
    : query.isPending
      ? "Asking the host…"
      : search
        ? `No ${noun} of that name.`
        : `This repository has no ${noun}.`;
  return (
    <PickerList
      label={kind === "tag" ? "Tags" : "Branches"}
      placeholder={kind === "tag" ? "Search tags" : "Search branches"}
      className="h-80"
      autoFocus
      rowHeight={40}
      search={typed}
      onSearch={setTyped}
      items={refs}
      keyOf={(ref) => ref.name}
      isPicked={(ref) => ref.name === props.picked}
      onPick={(ref) => props.onPick(ref.name)}
      onEnd={query.hasNextPage && !query.isFetchingNextPage ? query.fetchNextPage : undefined}
      empty={empty}
      below={incomplete && <Incomplete reason={incomplete} />}
      render={(ref) => (
        <span className="flex min-w-0 flex-1 items-center gap-2.5">
          <Icon className="size-4 shrink-0 text-soft" aria-hidden="true" />
          <span className="min-w-0 flex-1 truncate" title={ref.name}>
            <MatchedText text={ref.name} search={search} />
          </span>
          {kind === "branch" && (ref.default || ref.name === defaultBranch) && (
            <Badge tone="accent">default</Badge>
          )}
          {ref.protected && (
            <Badge title="Protected on the host">
              <ShieldCheck className="size-3" aria-hidden="true" />
              <span className="max-sm:sr-only">protected</span>
            </Badge>
          )}
          <span className="font-mono text-xs text-soft max-sm:hidden">{ref.sha.slice(0, 7)}</span>
        </span>
      )}
    />
  );
}
