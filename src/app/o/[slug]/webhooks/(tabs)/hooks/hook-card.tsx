"use client";
import { CircleCheck, CircleDashed, CircleX, KeyRound, RefreshCw, Wrench } from "lucide-react";
import { modeWords } from "@/app/o/[slug]/webhooks/(tabs)/hooks/hook-text";
import { applicationPath } from "@/client/paths";
import type { Webhook } from "@/features/webhook/contract";
import { Alert } from "@/ui/alert";
import { Badge, StatusPill } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { RelativeTime } from "@/ui/relative-time";

const looks = {
  active: { tone: "good", icon: CircleCheck, word: "Active" },
  waiting: { tone: "neutral", icon: CircleDashed, word: "Waiting" },
  broken: { tone: "bad", icon: CircleX, word: "Broken" },
} as const;
const polled = { tone: "accent", icon: RefreshCw, word: "Asking the host" } as const;

/** How one repository is followed, whether that works, and what to do where it does not. */
export function HookCard(props: {
  hook: Webhook;
  mayWrite: boolean;
  busy: boolean;
  onRepair(applicationId: string): void;
  onSetUp(): void;
}) {
  const { hook, mayWrite } = props;
  const { mode, state, reason, applications } = hook;
  const needsPerson = mode === "manual" && state !== "active";
  const [first] = applications;
  return (
    <li>
      <Card className="grid grid-cols-1 gap-3 p-5">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
          <div className="grid min-w-0 flex-1 basis-64 gap-1">
            <h3 className="flex flex-wrap items-center gap-x-3 gap-y-1 font-semibold">
              {hook.repository}
              <StatusPill {...(mode === "polling" && state !== "broken" ? polled : looks[state])} />
              <Badge>{modeWords[mode]}</Badge>
            </h3>
            <p className="text-soft">
              {hook.provider}
              {applications.length > 0 && ", for "}
              {applications.map(({ applicationId, name }, index) => (
                <span key={applicationId}>
                  {index > 0 && ", "}
                  <Link
                    href={applicationPath(applicationId)}
                    prefetch={false}
                    className="text-ink underline decoration-line-strong underline-offset-2"
                  >
                    {name}
                  </Link>
                </span>
              ))}
            </p>
            <LastSeen hook={hook} />
          </div>
          {mayWrite && (
            <div className="flex flex-wrap gap-2">
              {(mode !== "app" || state !== "active") && (
                <Button look={needsPerson ? "primary" : "secondary"} onClick={props.onSetUp}>
                  <KeyRound aria-hidden="true" />
                  {needsPerson ? "Set up by hand" : "Address and secret"}
                </Button>
              )}
              {first && (
                <Button
                  busy={props.busy}
                  onClick={() => props.onRepair(first.applicationId)}
                  aria-label={`Check and repair the webhook of ${hook.repository}`}
                >
                  <Wrench aria-hidden="true" />
                  Repair
                </Button>
              )}
            </div>
          )}
        </div>
        {reason && (
          <Alert
            tone={state === "broken" ? "bad" : "warn"}
            actions={hook.page && <HostLink href={hook.page}>Open its webhooks at the host</HostLink>}
          >
            {reason.message}
          </Alert>
        )}
      </Card>
    </li>
  );
}

function LastSeen({ hook }: { hook: Webhook }) {
  const { lastDeliveryAt, refused, rejected, nextPollAt } = hook;
  return (
    <p className="text-sm text-soft" aria-live="polite">
      {lastDeliveryAt ? (
        <>
          last delivery <RelativeTime at={lastDeliveryAt} />
        </>
      ) : (
        "waiting for the first delivery…"
      )}
      {nextPollAt && (
        <>
          {" · "}asked again <RelativeTime at={nextPollAt} />
        </>
      )}
      {refused > 0 && ` · ${refused} refused while Slipway was busy, to be fetched again`}
      {rejected > 0 && ` · ${rejected} with a wrong signature`}
    </p>
  );
}
