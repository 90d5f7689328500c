"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Webhook as WebhookIcon, Wrench } from "lucide-react";
import dynamic from "next/dynamic";
import { HookCard } from "@/app/o/[slug]/webhooks/(tabs)/hooks/hook-card";
import { changedAddressReason } from "@/app/o/[slug]/webhooks/(tabs)/hooks/hook-text";
import { clientFault } from "@/client/fault";
import { Loaded } from "@/client/loaded";
import { useMay } from "@/client/me";
import { useTRPC } from "@/client/trpc";
import type { Webhook } from "@/features/webhook/contract";
import { useAddressDialog } from "@/ui/address-state";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Section } from "@/ui/card";
import { EmptyState } from "@/ui/empty-state";
import { HostLink } from "@/ui/host-link";
import { Link } from "@/ui/link";
import { toastError } from "@/ui/toast";

const RepairReport = dynamic(() =>
  import("@/app/o/[slug]/webhooks/(tabs)/hooks/repair-report").then((module) => module.RepairReport),
);
const HookDialog = dynamic(() =>
  import("@/app/o/[slug]/webhooks/(tabs)/hooks/hook-dialog").then((module) => module.HookDialog),
);

/** Check the webhooks of one application, or of all, and mend what is wrong. */
function useRepair() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return useMutation(
    trpc.webhook.ensure.mutationOptions({
      onSettled: () => queries.invalidateQueries(trpc.webhook.pathFilter()),
      onError: (error) => toastError(clientFault(error).message),
    }),
  );
}

/** How each repository is followed: its webhook at the host, an App, or questions to the host. */
export function HooksPage() {
  const trpc = useTRPC();
  const mayWrite = useMay("webhook:write");
  const query = useQuery({ ...trpc.webhook.all.queryOptions({}), refetchInterval: 5_000 });
  const repair = useRepair();
  const [dialog, open, close] = useAddressDialog();
  const hooks = query.data ?? [];
  const chosen = hooks.find((each) => each.webhookId === dialog);
  return (
    <Section
      title="Hooks"
      hint="One for each repository of which an environment or a preview follows the host."
      actions={
        mayWrite &&
        hooks.length > 0 && (
          <Button busy={repair.isPending} onClick={() => repair.mutate({ all: true })}>
            <Wrench aria-hidden="true" />
            Check and repair all
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {() => (
          <>
            <ChangedAddress hooks={hooks} />
            {hooks.length === 0 ? (
              <NoHook />
            ) : (
              <ul className="grid grid-cols-1 gap-3">
                {hooks.map((hook) => (
                  <HookCard
                    key={hook.webhookId}
                    hook={hook}
                    mayWrite={mayWrite}
                    busy={repair.isPending}
                    onRepair={(applicationId) => repair.mutate({ applicationId })}
                    onSetUp={() => open(hook.webhookId)}
                  />
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
      {mayWrite && chosen && <HookDialog hook={chosen} onClose={close} />}
      {repair.data && <RepairReport report={repair.data} onClose={repair.reset} />}
    </Section>
  );
}

/** After this Slipway got another address: which webhooks still hold the old one, and what only a person can change. */
function ChangedAddress({ hooks }: { hooks: Webhook[] }) {
  const old = hooks.filter((each) => each.reason?.code === changedAddressReason);
  if (old.length === 0) return null;
  const byHand = old.filter((each) => each.mode === "manual" || each.mode === "app");
  const count = old.length === 1 ? "One webhook still holds" : `${old.length} webhooks still hold`;
  return (
    <Alert tone="warn" title={`${count} the old address of this Slipway`}>
      {byHand.length < old.length && <p>Those that Slipway added are rewritten in the background.</p>}
      {byHand.length > 0 && (
        <>
          <p>These have to be changed at the host by a person:</p>
          <ul className="list-disc pl-5">
            {byHand.map(({ webhookId, repository, page }) => (
              <li key={webhookId}>
                <HostLink href={page}>{repository}</HostLink>
              </li>
            ))}
          </ul>
        </>
      )}
    </Alert>
  );
}

function NoHook() {
  return (
    <EmptyState
      icon={WebhookIcon}
      title="Nothing follows a host yet"
      action={
        <Button asChild look="primary">
          <Link href="/applications">Choose an application</Link>
        </Button>
      }
    >
      Choose “On each push” in the rules of an environment, or switch on previews. Slipway then adds the
      webhook to the repository by itself.
    </EmptyState>
  );
}
