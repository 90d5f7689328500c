"use client";
import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { DecisionPill } from "@/app/o/[slug]/_delivery/decision-pill";
import { eventTitle } from "@/app/o/[slug]/_delivery/delivery-text";
import { TraceList } from "@/app/o/[slug]/_delivery/trace-list";
import { useReplay } from "@/app/o/[slug]/webhooks/_delivery/use-replay";
import { DeliveryFacts } from "@/app/o/[slug]/webhooks/[deliveryId]/delivery-facts";
import { EnvironmentOutcome } from "@/app/o/[slug]/webhooks/[deliveryId]/environment-outcome";
import { clientFault } from "@/client/fault";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Delivery, Replayed } from "@/features/delivery/contract";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { PageHeader } from "@/ui/page-header";
import { toastError } from "@/ui/toast";

const DeliveryContent = dynamic(() =>
  import("@/app/o/[slug]/webhooks/[deliveryId]/delivery-content").then((module) => module.DeliveryContent),
);
const ReplayReport = dynamic(() =>
  import("@/app/o/[slug]/webhooks/_delivery/replay-report").then((module) => module.ReplayReport),
);

const trail = [{ label: "Webhooks", href: "/webhooks" }];

export function DeliveryPage({ deliveryId }: { deliveryId: string }) {
  const trpc = useTRPC();
  const query = useQuery({
    ...trpc.webhook.delivery.queryOptions({ deliveryId }),
    refetchInterval: ({ state }) => (state.data?.decision === "pending" ? 1_000 : false),
  });
  return <Loaded query={query}>{(delivery) => <Page delivery={delivery} />}</Loaded>;
}

function Page({ delivery }: { delivery: Delivery }) {
  const mayReplay = useMay("webhook:write");
  return (
    <>
      <PageHeader
        trail={trail}
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {eventTitle(delivery)}
            <span aria-live="polite">
              <DecisionPill decision={delivery.decision} />
            </span>
          </span>
        }
        actions={mayReplay && <Replay delivery={delivery} />}
      />
      <div className="grid grid-cols-1 gap-8">
        <DeliveryFacts delivery={delivery} />
        <Outcomes delivery={delivery} />
        <Section title="Content" hint="As the host sent it, with secrets taken out.">
          <DeliveryContent deliveryId={delivery.deliveryId} />
        </Section>
      </div>
    </>
  );
}

/** Where the delivery led, one environment after the other, with every rule that was looked at. */
function Outcomes({ delivery }: { delivery: Delivery }) {
  const { environments, reason, decision, trace = [] } = delivery;
  // Rules that were looked at before any environment was.
  const general = trace.filter((each) => each.environment === null);
  return (
    <Section title="What came of it">
      {reason && (
        <Alert tone={decision === "failed" ? "bad" : "info"} title={reason.message}>
          {environments.length > 1 && "Each environment is listed below with its own reason."}
        </Alert>
      )}
      {!reason && environments.length === 0 && (
        <Alert>
          {decision === "pending"
            ? "The delivery is stored and is read within seconds. This page follows it."
            : "No application deploys this repository through this provider, so nothing was to be done."}
        </Alert>
      )}
      {general.length > 0 && (
        <Card className="p-5">
          <TraceList label="Rules for the delivery" trace={general} />
        </Card>
      )}
      {environments.map((each) => (
        <EnvironmentOutcome
          key={`${each.applicationId} ${each.environmentId}`}
          outcome={each}
          trace={each.trace ?? trace.filter((entry) => entry.environment === each.environment)}
          gitProviderId={delivery.gitProviderId}
        />
      ))}
    </Section>
  );
}

function Replay({ delivery }: { delivery: Delivery }) {
  const replay = useReplay();
  const [report, setReport] = useState<Replayed | null>(null);
  function send(): void {
    replay.mutate(
      { deliveryIds: [delivery.deliveryId] },
      { onSuccess: setReport, onError: (error) => toastError(clientFault(error).message) },
    );
  }
  return (
    <>
      <Button busy={replay.isPending} onClick={send}>
        <RotateCw aria-hidden="true" />
        Replay
      </Button>
      {report && <ReplayReport report={report} deliveries={[delivery]} onClose={() => setReport(null)} />}
    </>
  );
}
