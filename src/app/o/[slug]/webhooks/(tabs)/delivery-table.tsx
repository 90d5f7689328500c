"use client";
import { DecisionPill } from "@/app/o/[slug]/_delivery/decision-pill";
import { eventTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import { OutcomeText } from "@/app/o/[slug]/_delivery/outcome-text";
import { shortSha } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { deliveryPath } from "@/client/paths";
import type { Delivery } from "@/features/delivery/contract";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { useHydrated } from "@/ui/hydrated";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

const columns: Column<Delivery>[] = [
  {
    key: "event",
    title: "Event",
    lead: true,
    className: "sm:max-w-72",
    cell: (delivery) => (
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <Link
            href={deliveryPath(delivery.deliveryId)}
            prefetch={false}
            className="truncate font-medium after:absolute after:inset-0 hover:underline"
          >
            {eventTitle(delivery)}
          </Link>
          {delivery.replayOf && <Badge>replay</Badge>}
        </p>
        <p className="truncate text-sm text-soft">
          {delivery.repository ?? "no repository"}
          {delivery.sha && <span className="font-mono"> {shortSha(delivery.sha)}</span>}
        </p>
      </div>
    ),
  },
  {
    key: "outcome",
    title: "What came of it",
    className: "sm:max-w-96 max-sm:block",
    cell: (delivery) => (
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 max-sm:py-1">
        <DecisionPill decision={delivery.decision} />
        <p className="line-clamp-2 min-w-0 text-sm text-soft sm:basis-52 sm:grow">
          <OutcomeText delivery={delivery} />
        </p>
      </div>
    ),
  },
  { key: "provider", title: "Provider", className: "max-lg:hidden", cell: ({ provider }) => provider },
  {
    key: "when",
    title: "Arrived",
    cell: ({ receivedAt }) => <RelativeTime at={receivedAt} className="whitespace-nowrap text-soft" />,
  },
];

interface Props {
  deliveries: Delivery[];
  /** Absent: the person may not replay. */
  selection?: { ids: ReadonlySet<string>; toggle(deliveryId: string): void };
}

export function DeliveryTable({ deliveries, selection }: Props) {
  const hydrated = useHydrated();
  const select: Column<Delivery>[] = selection
    ? [
        {
          key: "select",
          title: "Select",
          silent: true,
          className: "sm:w-10 max-sm:absolute max-sm:top-2.5 max-sm:right-3",
          cell: (delivery) => (
            <input
              type="checkbox"
              aria-label={`Select ${eventTitle(delivery)}, ${delivery.repository ?? "no repository"}`}
              className="relative z-10 size-4 accent-accent"
              disabled={!hydrated}
              checked={selection.ids.has(delivery.deliveryId)}
              onChange={() => selection.toggle(delivery.deliveryId)}
            />
          ),
        },
      ]
    : [];
  return (
    <DataTable
      caption="Deliveries"
      columns={[...select, ...columns]}
      rows={deliveries}
      rowKey={({ deliveryId }) => deliveryId}
    />
  );
}
