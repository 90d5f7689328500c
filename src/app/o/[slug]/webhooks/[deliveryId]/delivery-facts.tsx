"use client";
import { eventWords, sourceWords } from "@/app/o/[slug]/_delivery/delivery-text";
import { shortSha } from "@/app/o/[slug]/applications/_deployment/deployment-text";
import { deliveryPath } from "@/client/paths";
import type { Delivery } from "@/features/delivery/contract";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { Fact } from "@/ui/fact";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

/** What arrived, from where and when. */
export function DeliveryFacts({ delivery }: { delivery: Delivery }) {
  const none = <span className="text-soft">none</span>;
  return (
    <Card className="px-4 py-3.5">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-4">
        <Fact label="Arrived">
          <RelativeTime at={delivery.receivedAt} />
        </Fact>
        <Fact label="Provider">
          <Link
            href={`/providers/${encodeURIComponent(delivery.gitProviderId)}`}
            prefetch={false}
            className="hover:underline"
          >
            {delivery.provider}
          </Link>
        </Fact>
        <Fact label="Repository">{delivery.repository ?? none}</Fact>
        <Fact label="Event">{delivery.event ? (eventWords[delivery.event] ?? delivery.event) : none}</Fact>
        <Fact label="Branch or tag">{delivery.ref ?? none}</Fact>
        <Fact label="Commit">
          {delivery.sha ? (
            <>
              <span className="font-mono text-sm">{shortSha(delivery.sha)}</span>
              <CopyButton text={delivery.sha} what="commit id" className="-my-1 size-7" />
            </>
          ) : (
            none
          )}
        </Fact>
        <Fact label="Came by">
          {sourceWords[delivery.source]}
          {delivery.replayOf && (
            <Link
              href={deliveryPath(delivery.replayOf)}
              className="text-accent-ink underline underline-offset-2"
            >
              of an earlier delivery
            </Link>
          )}
        </Fact>
        <Fact label="Signature">Right</Fact>
      </dl>
    </Card>
  );
}
