"use client";
import { ArrowRight } from "lucide-react";
import { DecisionPill } from "@/app/o/[slug]/_delivery/decision-pill";
import { remedyOf } from "@/app/o/[slug]/_delivery/delivery-text";
import { type TraceEntry, TraceList } from "@/app/o/[slug]/_delivery/trace-list";
import { applicationPath, deploymentPath } from "@/client/paths";
import type { Delivery } from "@/features/delivery/contract";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { Link } from "@/ui/link";
import { Sentence } from "@/ui/sentence";

interface Props {
  outcome: Delivery["environments"][number];
  trace: TraceEntry[];
  gitProviderId: string;
}

/** What a delivery meant for one environment: the deployment, or the reason and where to change it. */
export function EnvironmentOutcome({ outcome, trace, gitProviderId }: Props) {
  const { applicationId, deploymentId, reason } = outcome;
  const remedy = remedyOf(outcome, gitProviderId);
  return (
    <Card className="grid grid-cols-1 gap-4 p-5">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
        <div className="grid min-w-0 flex-1 basis-64 gap-1">
          <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
            <Link href={applicationPath(applicationId)} prefetch={false} className="hover:underline">
              {outcome.application}, {outcome.environment}
            </Link>
            <DecisionPill decision={outcome.decision} />
          </h3>
          {reason && (
            <p>
              <Sentence text={reason.message} />
            </p>
          )}
        </div>
        {deploymentId ? (
          <Button asChild look="primary">
            <Link href={deploymentPath({ applicationId, deploymentId })} prefetch={false}>
              Open deployment
              <ArrowRight aria-hidden="true" />
            </Link>
          </Button>
        ) : (
          remedy && (
            <Button asChild>
              <Link href={remedy.href} prefetch={false}>
                {remedy.label}
              </Link>
            </Button>
          )
        )}
      </div>
      {trace.length > 0 && (
        <TraceList label={`Rules of ${outcome.application}, ${outcome.environment}`} trace={trace} />
      )}
    </Card>
  );
}
