"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { DecisionPill } from "@/app/o/[slug]/_delivery/decision-pill";
import { lastDeliveryOf } from "@/app/o/[slug]/_delivery/delivery-queries";
import { eventTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import { OutcomeText } from "@/app/o/[slug]/_delivery/outcome-text";
import { useMay } from "@/client/me";
import { deliveryPath } from "@/client/paths";
import { useTRPC } from "@/client/trpc";
import type { Delivery } from "@/features/delivery/contract";
import { Card } from "@/ui/card";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";

interface Props {
  of: { applicationId: string } | { gitProviderId: string };
  /** Said where no delivery has arrived yet. */
  none: string;
}

/** The last push that the host told, and what came of it. */
export function LastDelivery(props: Props) {
  return useMay("webhook:read") ? <Shown {...props} /> : null;
}

/** What a delivery led to appears beside it at once: the lists of deployments are read again with each new outcome. */
function useDeploymentsAfter(last: Delivery | undefined): void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const outcome = last && `${last.deliveryId} ${last.decision}`;
  const known = useRef(outcome);
  useEffect(() => {
    if (known.current !== undefined && known.current !== outcome)
      void queries.invalidateQueries(trpc.deployment.all.pathFilter());
    known.current = outcome;
  }, [outcome, queries, trpc]);
}

function Shown({ of, none }: Props) {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.webhook.deliveries.queryOptions(lastDeliveryOf(of)),
    refetchInterval: ({ state }) => (state.data?.items[0]?.decision === "pending" ? 1_000 : 4_000),
  });
  const last = query.data?.items[0];
  useDeploymentsAfter(last);
  const [name, id] =
    "applicationId" in of ? ["application", of.applicationId] : ["provider", of.gitProviderId];
  if (query.isPending) return <Skeleton className="h-16 rounded-md" />;
  if (query.isError) return null;
  return (
    <Card className="grid grid-cols-1 gap-1 px-5 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="font-semibold">Last delivery</h2>
        {last && (
          <>
            <Link href={deliveryPath(last.deliveryId)} prefetch={false} className="min-w-0 hover:underline">
              {eventTitle(last)}
            </Link>
            <DecisionPill decision={last.decision} />
            <RelativeTime at={last.receivedAt} className="text-sm text-soft" />
          </>
        )}
        <Link
          href={`/webhooks?${new URLSearchParams({ [name ?? ""]: id ?? "" })}`}
          prefetch={false}
          className="ml-auto text-sm text-accent-ink hover:underline"
        >
          {last ? "All deliveries" : "Open webhooks"}
        </Link>
      </div>
      <p className="line-clamp-2 text-soft">{last ? <OutcomeText delivery={last} /> : none}</p>
    </Card>
  );
}
