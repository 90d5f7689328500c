"use client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Inbox } from "lucide-react";
import { useState } from "react";
import {
  type DeliveryFilter,
  deliveriesOf,
  isNarrow,
  nextPage,
} from "@/app/o/[slug]/_delivery/delivery-queries";
import { DeliveryFilters } from "@/app/o/[slug]/webhooks/(tabs)/delivery-filters";
import { DeliveryTable } from "@/app/o/[slug]/webhooks/(tabs)/delivery-table";
import { ReplaySelected } from "@/app/o/[slug]/webhooks/(tabs)/replay-selected";
import { useDeliveryFilter } from "@/app/o/[slug]/webhooks/(tabs)/use-delivery-filter";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { ShowMore } from "@/client/show-more";
import { useTRPC } from "@/client/trpc";
import { Button } from "@/ui/button";
import { EmptyState } from "@/ui/empty-state";
import { Link } from "@/ui/link";
import { useDebounced } from "@/ui/use-debounced";

function useDeliveries(filter: DeliveryFilter) {
  const trpc = useTRPC();
  return useInfiniteQuery({
    ...trpc.webhook.deliveries.infiniteQueryOptions(deliveriesOf(filter), nextPage),
    placeholderData: keepPreviousData,
    // New deliveries appear by themselves; what was just taken in is decided within seconds.
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((each) => each.decision === "pending"))
        ? 1_500
        : 5_000,
  });
}

/** Every delivery of the organization's hosts, newest first. */
export function DeliveryInbox() {
  const [filter, change] = useDeliveryFilter();
  const asked = useDebounced(filter, 200);
  const query = useDeliveries(asked);
  const mayReplay = useMay("webhook:write");
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const deliveries = query.data?.pages.flatMap((page) => page.items) ?? [];
  // What the filters no longer show is not replayed.
  const selected = deliveries.filter((each) => ids.has(each.deliveryId));
  function toggle(deliveryId: string): void {
    const next = new Set(ids);
    if (!next.delete(deliveryId)) next.add(deliveryId);
    setIds(next);
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      <DeliveryFilters filter={filter} onChange={change} />
      <Loaded query={query}>
        {() => {
          if (deliveries.length > 0)
            return (
              <DeliveryTable deliveries={deliveries} selection={mayReplay ? { ids, toggle } : undefined} />
            );
          if (isNarrow(asked))
            return <p className="py-8 text-center text-soft">No delivery fits these filters.</p>;
          return <NoDelivery />;
        }}
      </Loaded>
      <ShowMore query={query} />
      {selected.length > 0 && (
        <ReplaySelected
          deliveries={selected}
          all={deliveries}
          onSelect={(chosen) => setIds(new Set(chosen.map((each) => each.deliveryId)))}
        />
      )}
    </div>
  );
}

function NoDelivery() {
  return (
    <EmptyState
      icon={Inbox}
      title="No host has told of a push yet"
      action={
        <>
          <Button asChild look="primary">
            <Link href="/applications">Choose an application</Link>
          </Button>
          <Button asChild>
            <Link href="/webhooks/hooks">See the hooks</Link>
          </Button>
        </>
      }
    >
      Let an environment deploy on each push: Slipway then adds the webhook at the host, and every delivery is
      listed here with what came of it and why.
    </EmptyState>
  );
}
