import { z } from "zod";
import type { WebhookDelivery } from "@/db/generated/client";
import { decisions } from "@/features/delivery/contract";
import type { Reason } from "@/lib/reason";
import { verifiedOnReceipt } from "@/providers/kit/webhook-signature";
import { registry } from "@/providers/registry";
import type { HookItem, PullRequestEvent, PushEvent, VerifiedDelivery } from "@/providers/webhook";

/** What is kept of a decision in the JSON columns of a delivery. Reasons become words at the edge. */

const Param = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);
const StoredReason = z.object({ code: z.string(), params: z.record(z.string(), Param).optional() });

const StoredTrace = z.array(
  z.object({ rule: z.string(), outcome: z.enum(["pass", "stop", "skip"]), detail: StoredReason }),
);
export type StoredTrace = z.infer<typeof StoredTrace>;

const StoredDecision = z.object({
  /** Null for a preview that is not there. */
  environmentId: z.string().nullable(),
  environment: z.string(),
  applicationId: z.string(),
  application: z.string(),
  decision: z.enum(decisions),
  reason: StoredReason.nullable(),
  deploymentId: z.string().nullable(),
  trace: StoredTrace,
});
export type StoredDecision = z.infer<typeof StoredDecision>;

/** What a delivery meant for each environment; empty for a row that cannot be read. */
export function storedDecisions({ environments }: Pick<WebhookDelivery, "environments">): StoredDecision[] {
  return z.array(StoredDecision).safeParse(environments).data ?? [];
}

/** Rules that were looked at before any environment was. */
export function storedTrace({ trace }: Pick<WebhookDelivery, "trace">): StoredTrace {
  return StoredTrace.safeParse(trace).data ?? [];
}

export function storedReason(row: Pick<WebhookDelivery, "reasonCode" | "reasonParams">): Reason | null {
  if (row.reasonCode === null) return null;
  return StoredReason.parse({ code: row.reasonCode, params: row.reasonParams ?? undefined });
}

/** The columns that name what a decision is about. */
export function subjectColumns(
  event: PushEvent | PullRequestEvent,
  { application, environment }: NamedSubject,
): Pick<StoredDecision, "environmentId" | "environment" | "applicationId" | "application"> {
  const request = event.kind === "pullRequest" ? `#${event.number}` : "";
  return {
    environmentId: environment?.environmentId ?? null,
    environment: environment?.name ?? request,
    applicationId: application.applicationId,
    application: application.name,
  };
}

interface NamedSubject {
  application: { applicationId: string; name: string };
  environment: { environmentId: string; name: string } | null;
}

/** A delivery as it was verified when it arrived. */
export function verifiedOf(delivery: WebhookDelivery): VerifiedDelivery {
  const headers = z.record(z.string(), z.string()).safeParse(delivery.headers).data ?? {};
  return verifiedOnReceipt({ body: delivery.body, headers });
}

/** The events in a delivery. Never throws: what cannot be read is an event that says so. */
export function itemsIn(delivery: WebhookDelivery, providerType: string): HookItem[] {
  const verified = verifiedOf(delivery);
  // What was found by looking at the host never was a payload of the host; a replay of it keeps this name.
  if (delivery.source === "poll" || delivery.sourceId.startsWith("poll:")) return foundItems(delivery.body);
  return registry[providerType]?.webhooks?.parse(verified) ?? [];
}

const Found = z.array(z.looseObject({ kind: z.enum(["push", "pullRequest"]) }));

/** Our own words, but a row may have been changed or be of another version. */
function foundItems(body: Uint8Array): HookItem[] {
  try {
    const items: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    Found.parse(items);
    return items as HookItem[];
  } catch {
    return [
      { kind: "ignored", event: "poll", reason: { code: "hook_unreadable", params: { what: "its JSON" } } },
    ];
  }
}
