import { parseEvent } from "@/providers/gitlab/webhook-event";
import { deliveryIdOf, signingKeyOf, verifyStandard, verifyToken } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

/**
 * GitLab 19 signs as Standard Webhooks describe; older servers send the secret itself. A key for signing is never
 * accepted as a token, and a signed delivery counts by its signature alone.
 */
export const webhooks: Webhooks = {
  events: {
    push: ["push_events", "tag_push_events"],
    pullRequest: ["merge_requests_events"],
    // Hooks of a project are not told that it is renamed, moved or deleted.
    repository: [],
  },
  verify: (delivery, secrets, now) =>
    delivery.headers.has("webhook-signature")
      ? verifyStandard(delivery, secrets, now)
      : verifyToken(delivery, [delivery.headers.get("x-gitlab-token")], secrets.map(unlessKey)),
  // A person has one field for a secret that is sent along; keys for signing are given through the API.
  byHand: { field: "Secret token", secretOf: plainOf },
  // `Idempotency-Key` stays the same when the server tries again; X-Gitlab-Event-UUID is shared by several hooks.
  deliveryId: (delivery) => deliveryIdOf(delivery, "idempotency-key", "webhook-id"),
  parse: parseEvent,
};

/** Empty in place of a key: an empty secret is right for nobody, and the others keep their place. */
function unlessKey(secret: string): string {
  return signingKeyOf(secret) ? "" : secret;
}

/** The form of a secret that GitLab sends along with each delivery. */
export function plainOf(secret: string): string {
  return secret.replace(/^whsec_/, "");
}
