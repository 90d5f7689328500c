"use client";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { RotateSecret } from "@/app/o/[slug]/webhooks/(tabs)/hooks/rotate-secret";
import { FormError } from "@/client/form-error";
import { useTRPC } from "@/client/trpc";
import type { Webhook, WebhookSecretShown } from "@/features/webhook/contract";
import { Button } from "@/ui/button";
import { CopyField } from "@/ui/copy-button";
import { Modal } from "@/ui/dialog";
import { HostLink } from "@/ui/host-link";
import { RelativeTime } from "@/ui/relative-time";
import { Skeleton } from "@/ui/skeleton";

/** Address, secret and events of a webhook, for a person who adds it at the host by hand. */
export function HookDialog({ hook, onClose }: { hook: Webhook; onClose(): void }) {
  const trpc = useTRPC();
  const [rotating, setRotating] = useState(false);
  const show = useMutation(trpc.webhook.secret.mutationOptions());
  const { mutate } = show;
  // It is noted who looks at a secret, so it is asked for once each time the dialog is opened.
  useEffect(() => mutate({ webhookId: hook.webhookId }), [mutate, hook.webhookId]);
  if (rotating)
    return (
      <RotateSecret
        hook={hook}
        onClose={() => setRotating(false)}
        onRotated={() => mutate({ webhookId: hook.webhookId })}
      />
    );
  return (
    <Modal
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Webhook of ${hook.repository}`}
      description={
        hook.mode === "hook"
          ? "Slipway added it and keeps it in order. These are its values at the host."
          : "Add a webhook with these values to the repository at its host."
      }
      footer={
        <>
          <Button className="mr-auto" onClick={() => setRotating(true)}>
            Replace the secret
          </Button>
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </>
      }
    >
      {show.data && <Values hook={hook} shown={show.data} />}
      {show.isPending && <Skeleton className="h-64 rounded-md" />}
      <FormError error={show.error} />
    </Modal>
  );
}

function Values({ hook, shown }: { hook: Webhook; shown: WebhookSecretShown }) {
  return (
    <ol className="grid gap-4">
      <Step title="Webhooks of the repository">
        {hook.page ? (
          <HostLink href={hook.page}>{hook.page}</HostLink>
        ) : (
          <p className="text-soft">They are in the settings of the repository at {hook.provider}.</p>
        )}
      </Step>
      <Step title="Address">
        <CopyField text={shown.url} what="address" />
      </Step>
      <Step title={shown.field ?? "Secret"}>
        <CopyField text={shown.secret} what="secret" />
        {shown.formerEndsAt && (
          <p className="text-sm text-soft">
            The former secret is taken as well; it ends <RelativeTime at={shown.formerEndsAt} />.
          </p>
        )}
      </Step>
      <Step title="Events, as JSON">
        <ul className="flex flex-wrap gap-1.5">
          {shown.events.map((event) => (
            <li key={event} className="rounded-sm bg-hover px-1.5 font-mono text-sm">
              {event}
            </li>
          ))}
        </ul>
      </Step>
      <FirstDelivery at={hook.lastDeliveryAt} />
    </ol>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="grid min-w-0 grid-cols-1 gap-1.5">
      <h3 className="font-medium">{title}</h3>
      {children}
    </li>
  );
}

/** The list behind the dialog asks again and again, so this turns by itself when the host has sent something. */
function FirstDelivery({ at }: { at: string | null }) {
  return (
    <li className="flex items-center gap-2.5 rounded-md border px-4 py-3" aria-live="polite">
      {at ? (
        <>
          <CircleCheck className="size-4 shrink-0 text-good" aria-hidden="true" />
          <span>
            It works: the last delivery arrived <RelativeTime at={at} />.
          </span>
        </>
      ) : (
        <>
          <LoaderCircle className="size-4 shrink-0 animate-spin text-accent-ink" aria-hidden="true" />
          <span>Waiting for the first delivery… Send a test from the host, or push something.</span>
        </>
      )}
    </li>
  );
}
