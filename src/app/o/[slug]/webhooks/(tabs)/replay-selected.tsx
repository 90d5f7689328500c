"use client";
import { RotateCw } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useReplay } from "@/app/o/[slug]/webhooks/_delivery/use-replay";
import { clientFault } from "@/client/fault";
import type { Delivery, Replayed } from "@/features/delivery/contract";
import { Button } from "@/ui/button";
import { toastError } from "@/ui/toast";

const ReplayReport = dynamic(() =>
  import("@/app/o/[slug]/webhooks/_delivery/replay-report").then((module) => module.ReplayReport),
);

/** The most that one call replays. */
const most = 100;

/** What to do with the selected deliveries; then, for each of them, what came of it. */
export function ReplaySelected(props: {
  deliveries: Delivery[];
  /** Those that the list shows. */
  all: Delivery[];
  onSelect(deliveries: Delivery[]): void;
}) {
  const { deliveries, all, onSelect } = props;
  const replay = useReplay();
  const [report, setReport] = useState<Replayed | null>(null);
  const tooMany = deliveries.length > most;
  function send(): void {
    replay.mutate(
      { deliveryIds: deliveries.map((each) => each.deliveryId) },
      { onSuccess: setReport, onError: (error) => toastError(clientFault(error).message) },
    );
  }
  return (
    <section
      aria-label="Selected deliveries"
      className="sticky bottom-18 z-20 flex flex-wrap items-center gap-2 rounded-md border bg-raised px-4 py-2 shadow-overlay md:bottom-4"
    >
      <p className="mr-auto tabular" aria-live="polite">
        {deliveries.length} selected{tooMany && `; at most ${most} can be replayed at once`}
      </p>
      {deliveries.length < all.length && (
        <Button look="quiet" onClick={() => onSelect(all)}>
          Select all {all.length}
        </Button>
      )}
      <Button look="quiet" onClick={() => onSelect([])}>
        Clear selection
      </Button>
      <Button look="primary" busy={replay.isPending} disabled={tooMany} onClick={send}>
        <RotateCw aria-hidden="true" />
        Replay
      </Button>
      {report && (
        <ReplayReport
          report={report}
          deliveries={deliveries}
          onClose={() => {
            setReport(null);
            onSelect([]);
          }}
        />
      )}
    </section>
  );
}
