import { parseEvent } from "@/providers/github/webhook-event";
import { deliveryIdOf, verifyHmac } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

export const webhooks: Webhooks = {
  events: { push: ["push"], pullRequest: ["pull_request"], repository: ["repository"] },
  verify: (delivery, secrets) => verifyHmac(delivery, delivery.headers.get("x-hub-signature-256"), secrets),
  deliveryId: (delivery) => deliveryIdOf(delivery, "x-github-delivery"),
  parse: parseEvent,
  appHook: { id: "githubAppId", secret: "githubWebhookSecret" },
  recipient: (headers) => {
    const id = headers.get("x-github-hook-installation-target-id") ?? "";
    const isApp = headers.get("x-github-hook-installation-target-type") === "integration";
    return isApp && /^\d{1,15}$/.test(id) ? { setting: "githubAppId", value: id } : null;
  },
};
