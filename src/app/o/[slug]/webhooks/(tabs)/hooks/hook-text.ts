import type { EnsuredWebhooks, Webhook } from "@/features/webhook/contract";

/** The reason of a webhook that the host still sends to the former address of this Slipway. */
export const changedAddressReason = "webhook_address_changed";

export const modeWords: Record<Webhook["mode"], string> = {
  hook: "added by Slipway",
  app: "by the App",
  manual: "added by hand",
  polling: "the host is asked",
};

export const repairWords: Record<EnsuredWebhooks["items"][number]["state"], string> = {
  created: "Added",
  repaired: "Repaired",
  unchanged: "In order",
  manual: "To be added by hand",
  failed: "Not possible",
};
