"use client";
import { CircleCheck, CircleDot } from "lucide-react";
import type { RemovalReport } from "@/features/git-provider/contract";
import { Button } from "@/ui/button";
import { Modal } from "@/ui/dialog";
import { HostLink } from "@/ui/host-link";
import { Sentence } from "@/ui/sentence";

/** What a removal did, and what is left for a person, each with the page of the host where it is done. */
export function RemovalReportLines({ report }: { report: RemovalReport }) {
  return (
    <div className="grid gap-4">
      {report.left.length > 0 && (
        <section className="grid gap-2" aria-label="Left for you">
          <h3 className="font-medium">Left for you</h3>
          <ul className="grid gap-2">
            {report.left.map(({ code, message, url }) => (
              <li key={`${code} ${message}`} className="flex items-start gap-2.5">
                <CircleDot className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
                <div className="min-w-0">
                  <p>
                    <Sentence text={message} />
                  </p>
                  {url && (
                    <HostLink href={url} className="break-all">
                      {url.replace(/^https?:\/\//, "")}
                    </HostLink>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="grid gap-2" aria-label={report.removed ? "Done" : "What happens"}>
        <h3 className="font-medium">{report.removed ? "Done" : "What happens"}</h3>
        <ul className="grid gap-2">
          {report.done.map(({ code, message }) => (
            <li key={`${code} ${message}`} className="flex items-start gap-2.5">
              <CircleCheck
                className={`mt-0.5 size-4 shrink-0 ${report.removed ? "text-good" : "text-soft"}`}
                aria-hidden="true"
              />
              <p className="min-w-0">
                <Sentence text={message} />
              </p>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** Shown once, after a removal. */
export function RemovalReportDialog(props: { title: string; report: RemovalReport; onClose(): void }) {
  return (
    <Modal
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={props.title}
      footer={
        <Button look="primary" onClick={props.onClose}>
          Done
        </Button>
      }
    >
      <RemovalReportLines report={props.report} />
    </Modal>
  );
}
