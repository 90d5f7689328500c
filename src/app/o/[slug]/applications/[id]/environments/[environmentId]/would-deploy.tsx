"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck, Minus } from "lucide-react";
import { shortSha } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import {
  type RulesDraft,
  rulesOf,
} from "@/app/o/[slug]/applications/[id]/environments/[environmentId]/rules";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import type { RulesPreviewResult } from "@/features/delivery/contract";
import type { Environment } from "@/features/environment/contract";
import { StatusPill } from "@/ui/badge";
import { Card } from "@/ui/card";
import { cn } from "@/ui/class-names";
import { RelativeTime } from "@/ui/relative-time";
import { Sentence } from "@/ui/sentence";
import { SkeletonRows } from "@/ui/skeleton";
import { useDebounced } from "@/ui/use-debounced";

interface Props {
  environment: Environment;
  draft: RulesDraft;
  /** The rules differ from those that are stored. */
  changed: boolean;
}

/** What the rules, as they are typed, would do with a push of each of the last commits. */
export function WouldDeploy({ environment, draft, changed }: Props) {
  const trpc = useTRPC();
  const { trigger, branchPatterns, watchPaths, skipMarkers } = rulesOf(draft);
  const rules = useDebounced(JSON.stringify({ trigger, branchPatterns, watchPaths, skipMarkers }), 400);
  const asked: Pick<
    ReturnType<typeof rulesOf>,
    "trigger" | "branchPatterns" | "watchPaths" | "skipMarkers"
  > = JSON.parse(rules);
  const query = useQuery({
    ...trpc.webhook.rulesPreview.queryOptions({ environmentId: environment.environmentId, ...asked }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return (
    <section aria-label="What the rules would do" className="grid grid-cols-1 gap-2 lg:sticky lg:top-6">
      <div>
        <h3 className="font-semibold">Would a push of these commits deploy?</h3>
        <p className="text-sm text-soft">
          The last commits of {environment.branch}, by{" "}
          {changed ? "the rules as typed, not saved yet" : "the saved rules"}.
        </p>
      </div>
      <Loaded query={query} skeleton={<SkeletonRows rows={5} label="Asking the host for its last commits" />}>
        {({ items }) =>
          items.length === 0 ? (
            <Card className="p-5 text-soft">The branch has no commit yet.</Card>
          ) : (
            <Card className={cn("transition-opacity", query.isPlaceholderData && "opacity-60")}>
              <ul className="divide-y" aria-busy={query.isPlaceholderData}>
                {items.map((item) => (
                  <Row key={item.sha} item={item} />
                ))}
              </ul>
            </Card>
          )
        }
      </Loaded>
    </section>
  );
}

const looks = {
  deploy: { tone: "good", icon: CircleCheck, word: "Deploy" },
  ignored: { tone: "neutral", icon: Minus, word: "Ignored" },
} as const;

function Row({ item }: { item: RulesPreviewResult["items"][number] }) {
  return (
    <li className="grid grid-cols-1 gap-0.5 px-4 py-2.5">
      <div className="flex items-center gap-3">
        <span className="min-w-0 flex-1 truncate" title={item.subject}>
          {item.subject || "Commit without a subject"}
        </span>
        <StatusPill {...looks[item.decision]} />
      </div>
      <p className="truncate text-sm text-soft">
        <span className="font-mono">{shortSha(item.sha)}</span> {item.author},{" "}
        <RelativeTime at={item.committedAt} />
      </p>
      {item.decision === "ignored" && item.reason && (
        <p className="text-sm text-soft">
          <Sentence text={item.reason.message} />
        </p>
      )}
    </li>
  );
}
