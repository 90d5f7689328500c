import type { WebhookDelivery } from "@/db/generated/client";
import { Delivery } from "@/features/delivery/contract";
import {
  type StoredDecision,
  type StoredTrace,
  storedDecisions,
  storedReason,
  storedTrace,
} from "@/features/delivery/process/stored";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { messageOf, type Reason } from "@/lib/reason";

/** A delivery without its body, which lists do not read. */
export type ShownDelivery = Omit<WebhookDelivery, "body">;

/** A delivery as the API shows it in lists. Reason codes become messages here. */
export function toDelivery(row: ShownDelivery, provider: ProviderRow): Delivery {
  return {
    deliveryId: row.deliveryId,
    receivedAt: row.receivedAt.toISOString(),
    gitProviderId: row.gitProviderId,
    provider: provider.name,
    providerType: provider.providerType,
    repository: row.repositoryFullName ?? row.repositoryId,
    event: row.event,
    ref: row.ref,
    sha: row.sha,
    pullRequest: row.pullRequest,
    verdict: "verified",
    source: Delivery.shape.source.parse(row.source),
    decision: Delivery.shape.decision.parse(row.decision ?? "pending"),
    reason: shownReason(storedReason(row)),
    environments: storedDecisions(row).map(toDecision),
    replayOf: row.replayOfId,
  };
}

/** The same with every rule that was looked at, of all environments in one list. */
export function toDeliveryDetail(row: ShownDelivery, provider: ProviderRow): Delivery {
  const decisions = storedDecisions(row);
  return {
    ...toDelivery(row, provider),
    environments: decisions.map((one) => ({ ...toDecision(one), trace: shownTrace(one.trace) })),
    trace: [
      ...shownTrace(storedTrace(row)).map((entry) => ({ ...entry, environment: null })),
      ...decisions.flatMap(({ environment, trace }) =>
        shownTrace(trace).map((entry) => ({ ...entry, environment })),
      ),
    ],
  };
}

function toDecision({ trace, reason, ...decision }: StoredDecision): Delivery["environments"][number] {
  return { ...decision, reason: shownReason(reason) };
}

export function shownReason(reason: Reason | null): { code: string; message: string } | null {
  return reason && { code: reason.code, message: messageOf(reason) };
}

export function shownTrace(trace: StoredTrace) {
  return trace.map(({ rule, outcome, detail }) => ({ rule, outcome, detail: messageOf(detail) }));
}
