import { bodyId, parseEvent } from "@/providers/azureDevops/webhook-event";
import { deliveryIdOf, verifyToken } from "@/providers/kit/webhook-signature";
import type { Webhooks } from "@/providers/webhook";

/** The header that a subscription is given with the secret in it. */
export const SECRET_HEADER = "X-Hub-Token";

/** Azure DevOps signs nothing: it sends the secret in a header of our choice, or as password of basic authentication. */
export const webhooks: Webhooks = {
  events: {
    push: ["git.push"],
    pullRequest: ["git.pullrequest.created", "git.pullrequest.updated"],
    repository: ["git.repo.renamed", "git.repo.deleted"],
  },
  verify: (delivery, secrets) => {
    const { headers } = delivery;
    return verifyToken(
      delivery,
      [headers.get(SECRET_HEADER), passwordOf(headers.get("authorization"))],
      secrets,
    );
  },
  deliveryId: (delivery) => bodyId(delivery) ?? deliveryIdOf(delivery),
  parse: parseEvent,
};

function passwordOf(authorization: string | null): string | null {
  const [, text] = /^basic\s+([A-Za-z0-9+/=]{1,2000})$/i.exec(authorization ?? "") ?? [];
  const [, ...password] = Buffer.from(text ?? "", "base64")
    .toString()
    .split(":");
  return password.length > 0 ? password.join(":") : null;
}
