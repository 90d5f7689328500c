import { parseEvent } from "@/providers/bitbucket/webhook-event";
import { deliveryIdOf, verifyHmac } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

export const webhooks: Webhooks = {
  events: {
    push: ["repo:push"],
    pullRequest: [
      "pullrequest:created",
      "pullrequest:updated",
      "pullrequest:fulfilled",
      "pullrequest:rejected",
    ],
    repository: ["repo:updated"],
  },
  // The header has the name that GitHub gives to a weaker signature; here it is SHA-256.
  verify: (delivery, secrets) => verifyHmac(delivery, delivery.headers.get("x-hub-signature"), secrets),
  deliveryId: (delivery) => deliveryIdOf(delivery, "x-request-uuid"),
  parse: parseEvent,
};
