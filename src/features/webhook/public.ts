import { unsignedForge } from "@/features/git-provider/client/credential-page";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { hookAddress } from "@/features/webhook/address";
import { appAddress } from "@/features/webhook/app-hook";
import type { HookApplication } from "@/features/webhook/applications";
import { type Webhook, webhookModes, webhookStates } from "@/features/webhook/contract";
import { hasArrived } from "@/features/webhook/repository-hook";
import { needsOf, reasonOf, type WebhookRow } from "@/features/webhook/row";
import { messageOf } from "@/lib/reason";
import type { Provider } from "@/providers/provider";

interface Around {
  provider: ProviderRow;
  type: Provider;
  applications: HookApplication[];
  secretHint: string | null;
}

export function showWebhook(row: WebhookRow, { provider, type, applications, secretHint }: Around): Webhook {
  const mode = webhookModes.find((each) => each === row.mode) ?? "hook";
  const isHere = mode === "manual" && hasArrived(row);
  const reason = isHere ? null : reasonOf(row);
  const page = reason?.params?.at ?? unsignedForge(provider)?.page("repository", row.repositoryFullName);
  return {
    webhookId: row.webhookId,
    gitProviderId: row.gitProviderId,
    provider: provider.name,
    providerType: provider.providerType,
    repository: row.repositoryFullName,
    url: addressOf(row, { provider, type }),
    mode,
    state: isHere ? "active" : (webhookStates.find((each) => each === row.state) ?? "waiting"),
    ...(reason && { reason: { code: reason.code, message: messageOf(reason) } }),
    lastDeliveryAt: row.lastDeliveryAt?.toISOString() ?? null,
    secretHint,
    events: eventsOf(row, type),
    applications,
    refused: row.refusedCount,
    rejected: row.rejectedCount,
    nextPollAt: row.pollDueAt?.toISOString() ?? null,
    ...(typeof page === "string" && page !== "" && { page }),
  };
}

/** The address that the host has to send to. */
export function addressOf(row: WebhookRow, { provider, type }: Pick<Around, "provider" | "type">): string {
  return isOfApp(row, provider)
    ? appAddress({ row: provider, provider: type })
    : hookAddress(provider.providerType, row.webhookId);
}

/** Events come by the one hook of an App, whether or not that works at the moment. */
export function isOfApp(row: WebhookRow, provider: ProviderRow): boolean {
  return row.mode === "app" || (row.mode === "polling" && provider.authMethod === "app");
}

/** The host's names of the events that are needed. */
export function eventsOf(row: WebhookRow, { webhooks }: Provider): string[] {
  return [...new Set(needsOf(row).flatMap((need) => webhooks?.events[need] ?? []))];
}
