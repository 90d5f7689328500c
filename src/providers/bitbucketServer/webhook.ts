import { parseEvent } from "@/providers/bitbucketServer/webhook-event";
import { deliveryIdOf, verifyHmac } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

export const webhooks: Webhooks = {
  events: {
    push: ["repo:refs_changed"],
    pullRequest: [
      "pr:opened",
      "pr:from_ref_updated",
      "pr:modified",
      "pr:merged",
      "pr:declined",
      "pr:deleted",
    ],
    repository: ["repo:modified"],
  },
  // The header has the name that GitHub gives to a weaker signature; here it is SHA-256.
  verify: (delivery, secrets) => verifyHmac(delivery, delivery.headers.get("x-hub-signature"), secrets),
  isUnsignedPing: (headers) =>
    headers.get("x-event-key") === "diagnostics:ping" && !headers.has("x-hub-signature"),
  deliveryId: (delivery) => deliveryIdOf(delivery, "x-request-id"),
  parse: parseEvent,
};
