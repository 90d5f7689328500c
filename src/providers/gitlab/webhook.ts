import { parseEvent } from "@/providers/gitlab/webhook-event";
import { deliveryIdOf, signingKeyOf, verifyStandard, verifyToken } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

/**
 * GitLab 19 signs as Standard Webhooks describe; older servers send the secret itself. Once there is a signing key the
 * plain secret is not accepted any more: it travels with every delivery and is easier to get hold of.
 */
export const webhooks: Webhooks = {
  events: {
    push: ["push_events", "tag_push_events"],
    pullRequest: ["merge_requests_events"],
    // Hooks of a project are not told that it is renamed, moved or deleted.
    repository: [],
  },
  verify: (delivery, secrets, now) => {
    const isSigned = secrets.some((secret) => signingKeyOf(secret) !== null);
    return isSigned
      ? verifyStandard(delivery, secrets, now)
      : verifyToken(delivery, [delivery.headers.get("x-gitlab-token")], secrets);
  },
  // `Idempotency-Key` stays the same when the server tries again; X-Gitlab-Event-UUID is shared by several hooks.
  deliveryId: (delivery) => deliveryIdOf(delivery, "idempotency-key", "webhook-id"),
  parse: parseEvent,
};
