"use client";
import { CircleCheck, CircleX, Hand, Minus } from "lucide-react";
import { repairWords } from "@/app/o/[slug]/webhooks/(tabs)/hooks/hook-text";
import type { EnsuredWebhooks } from "@/features/webhook/contract";
import { StatusPill } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { HostLink } from "@/ui/host-link";
import { Sentence } from "@/ui/sentence";

const looks = {
  created: { tone: "good", icon: CircleCheck },
  repaired: { tone: "good", icon: CircleCheck },
  unchanged: { tone: "neutral", icon: Minus },
  manual: { tone: "warn", icon: Hand },
  failed: { tone: "bad", icon: CircleX },
} as const;

/** What was found and done for each application, and what is left to a person. */
export function RepairReport({ report, onClose }: { report: EnsuredWebhooks; onClose(): void }) {
  const { items } = report;
  const isFine = items.every(({ state }) => state !== "manual" && state !== "failed");
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={isFine ? "All webhooks are in order" : "Some webhooks need a person"}
      footer={
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      {items.length === 0 && <p className="text-soft">No application needs a webhook.</p>}
      <ul className="divide-y">
        {items.map(({ applicationId, application, state, reason, url, page }) => (
          <li key={`${applicationId} ${url}`} className="grid gap-1 py-2.5">
            <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
              <span className="font-medium">{application}</span>
              <StatusPill {...looks[state]} word={repairWords[state]} />
            </p>
            {reason && (
              <p className="text-soft">
                <Sentence text={reason.message} />
              </p>
            )}
            {page && <HostLink href={page}>Open the page of the host</HostLink>}
          </li>
        ))}
      </ul>
    </Modal>
  );
}
