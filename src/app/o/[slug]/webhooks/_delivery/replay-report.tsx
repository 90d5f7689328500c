"use client";
import { CircleX } from "lucide-react";
import { DecisionPill } from "@/app/o/[slug]/_delivery/decision-pill";
import { eventTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import { deliveryPath } from "@/client/paths";
import type { Delivery, Replayed } from "@/features/delivery/contract";
import { StatusPill } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { Link } from "@/ui/link";
import { Sentence } from "@/ui/sentence";

/** What came of each delivery that was replayed. */
export function ReplayReport(props: { report: Replayed; deliveries: Delivery[]; onClose(): void }) {
  const { items } = props.report;
  const taken = items.filter((each) => each.replay).length;
  return (
    <Modal
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={taken === items.length ? `${taken} replayed` : `${taken} of ${items.length} replayed`}
      description="Each is a delivery of its own now and is decided by the rules of today."
      footer={
        <Button look="primary" onClick={props.onClose}>
          Done
        </Button>
      }
    >
      <ul className="divide-y">
        {items.map(({ deliveryId, replay, reason }) => {
          const original = props.deliveries.find((each) => each.deliveryId === deliveryId);
          return (
            <li key={deliveryId} className="grid gap-1 py-2.5">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Link
                  href={deliveryPath(replay?.deliveryId ?? deliveryId)}
                  className="min-w-0 flex-1 font-medium hover:underline"
                >
                  {original ? eventTitle(original) : "Delivery"}
                </Link>
                {replay ? (
                  <DecisionPill decision={replay.decision} />
                ) : (
                  <StatusPill tone="bad" icon={CircleX} word="Not replayed" />
                )}
              </p>
              <p className="text-sm text-soft">
                {reason ? <Sentence text={reason.message} /> : original?.repository}
              </p>
            </li>
          );
        })}
      </ul>
    </Modal>
  );
}
