"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useDeferredValue, useState } from "react";
import { type AuditQuery, firstAuditQuery, nextPage } from "@/app/o/[slug]/settings/audit/audit-query";
import { AuditTable } from "@/app/o/[slug]/settings/audit/audit-table";
import { ChainCheck } from "@/app/o/[slug]/settings/audit/chain-check";
import { ExportButtons } from "@/app/o/[slug]/settings/audit/export-buttons";
import { Filters, queryIn } from "@/app/o/[slug]/settings/audit/filters";
import { Loaded } from "@/client/loaded";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";

function useEvents(question: AuditQuery) {
  const trpc = useTRPC();
  return useInfiniteQuery({
    ...trpc.audit.all.infiniteQueryOptions(question, nextPage),
    placeholderData: keepPreviousData,
  });
}

/** Who did what in this organization, from where, and how it ended. */
export function AuditPage() {
  const address = useSearchParams();
  const [question, setQuestion] = useState<AuditQuery>(() => ({ ...firstAuditQuery, ...queryIn(address) }));
  const asked = useDeferredValue(question);
  const query = useEvents(asked);
  const events = query.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = Object.entries(asked).some(([name, value]) => name !== "limit" && value !== undefined);
  return (
    <div className="grid grid-cols-1 gap-10">
      <Section
        title="Audit"
        hint="Every change, sign-in, denied attempt and use of a stored secret in this organization."
        actions={events.length > 0 && <ExportButtons question={asked} />}
      >
        <Filters onChange={(narrow) => setQuestion({ ...firstAuditQuery, ...narrow })} />
        <Loaded query={query}>
          {() => {
            if (events.length > 0) return <AuditTable events={events} />;
            if (narrowed) return <p className="py-8 text-center text-soft">No event fits these filters.</p>;
            return (
              <EmptyState icon={ScrollText} title="Nothing has happened yet">
                What people and API keys do from now on is listed here.
              </EmptyState>
            );
          }}
        </Loaded>
        {query.hasNextPage && (
          <Button
            className="justify-self-center"
            busy={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show older
          </Button>
        )}
      </Section>
      <Section
        title="Chain"
        hint="Events are sealed in batches, each with the hash of the one before. A change outside Slipway breaks the chain."
      >
        <ChainCheck />
      </Section>
    </div>
  );
}
