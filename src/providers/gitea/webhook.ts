import { parseEvent } from "@/providers/gitea/webhook-event";
import { deliveryIdOf, verifyHmac } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

/** Gitea sends the headers of GitHub and Gogs beside its own, and Forgejo those of Gitea as well. */
const signatures = ["x-forgejo-signature", "x-gitea-signature", "x-hub-signature-256"];

export const webhooks: Webhooks = {
  // A deleted branch is told by `delete` alone.
  events: {
    push: ["push", "delete"],
    pullRequest: ["pull_request", "pull_request_sync", "pull_request_label"],
    repository: [],
  },
  verify: (delivery, secrets) => {
    const name = signatures.find((one) => delivery.headers.get(one));
    return name ? verifyHmac(delivery, delivery.headers.get(name), secrets) : null;
  },
  deliveryId: (delivery) =>
    deliveryIdOf(delivery, "x-forgejo-delivery", "x-gitea-delivery", "x-github-delivery"),
  parse: parseEvent,
};
