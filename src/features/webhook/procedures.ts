import { all } from "@/features/webhook/all";
import {
  AllWebhooks,
  EnsuredWebhooks,
  EnsureWebhooks,
  OneWebhook,
  RotatedWebhookSecret,
  RotateWebhookSecret,
  WebhookList,
  WebhookSecretShown,
} from "@/features/webhook/contract";
import { ensure } from "@/features/webhook/ensure";
import { rotateSecret } from "@/features/webhook/rotate-secret";
import { showSecret } from "@/features/webhook/show-secret";
import { may } from "@/rpc/procedure";

/** The procedures of `webhook` that are about hooks; those about deliveries are beside them in one router. */
export const hookProcedures = {
  all: may("webhook:read", { summary: "How changes of each repository are learned of" })
    .input(AllWebhooks)
    .output(WebhookList)
    .query(({ ctx, input }) => all(ctx.who, input)),

  ensure: may("webhook:write", { summary: "Make or repair the hooks of an application, or of all" })
    .input(EnsureWebhooks)
    .output(EnsuredWebhooks)
    .mutation(({ ctx, input }) => ensure(ctx.who, input)),

  secret: may("webhook:write", {
    summary: "Address, secret and events of a hook, to add it at the host by hand",
    answersSecret: true,
  })
    .input(OneWebhook)
    .output(WebhookSecretShown)
    .mutation(({ ctx, input }) => showSecret(ctx.who, input)),

  rotateSecret: may("webhook:write", {
    summary: "Replace the secret of a hook; the former one counts for a while",
  })
    .input(RotateWebhookSecret)
    .output(RotatedWebhookSecret)
    .mutation(({ ctx, input }) => rotateSecret(ctx.who, input)),
};
