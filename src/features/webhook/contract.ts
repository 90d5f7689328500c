import { z } from "zod";
import { Id, Instant, PageQuery, pageOf, ReasonShape } from "@/lib/shape";

export const decisions = ["deployed", "coalesced", "ignored", "refused", "failed"] as const;

/** One inbound webhook request and what came of it. The body and its signature are never shown. */
export const WebhookDelivery = z.object({
  webhookDeliveryId: Id,
  gitProviderId: Id,
  applicationId: Id.nullable(),
  event: z.string(),
  ref: z.string().nullable(),
  commit: z.string().nullable(),
  decision: z.enum(decisions),
  reason: ReasonShape.nullable(),
  deploymentId: Id.nullable(),
  receivedAt: Instant,
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

export const WebhookDeliveries = PageQuery.extend({
  gitProviderId: Id.nullish(),
  applicationId: Id.nullish(),
  decision: z.enum(decisions).nullish(),
});
export type WebhookDeliveries = z.infer<typeof WebhookDeliveries>;
export const WebhookDeliveryList = pageOf(WebhookDelivery);

/** Decide about a delivery again, as if it came now. */
export const ReplayWebhook = z.object({ webhookDeliveryId: Id });
export type ReplayWebhook = z.infer<typeof ReplayWebhook>;

/** Create the application's hook at its host, or bring the one that is there in order. */
export const EnsureWebhook = z.object({ applicationId: Id });
export type EnsureWebhook = z.infer<typeof EnsureWebhook>;
export const EnsureWebhookResult = z.object({
  state: z.enum(["created", "repaired", "unchanged"]),
  url: z.string(),
});
