import { z } from "zod";
import { Id, Instant, otherwise, ReasonShape } from "@/lib/shape";

/** How changes of a repository are learned of. `manual`: a person added the hook; `polling`: the host is asked. */
export const webhookModes = ["hook", "app", "manual", "polling"] as const;
export const webhookStates = ["active", "waiting", "broken"] as const;

export const Webhook = z.object({
  webhookId: Id,
  gitProviderId: Id,
  provider: z.string(),
  providerType: z.string(),
  repository: z.string(),
  /** The address that the host has to send to. */
  url: z.string(),
  mode: z.enum(webhookModes),
  state: z.enum(webhookStates),
  reason: ReasonShape.optional(),
  lastDeliveryAt: Instant.nullable(),
  /** The first four characters of the secret. */
  secretHint: z.string().nullable(),
  /** The host's names of the events that are needed. */
  events: z.array(z.string()),
  applications: z.array(z.object({ applicationId: Id, name: z.string() })),
  /** Signed deliveries that had to be refused and are fetched again, and calls with a wrong signature. */
  refused: z.number().int(),
  rejected: z.number().int(),
  /** While the host is asked for changes: when next. */
  nextPollAt: Instant.nullable(),
  /** The page of the host with its hooks. */
  page: z.string().optional(),
});
export type Webhook = z.infer<typeof Webhook>;

export const AllWebhooks = z.object({ applicationId: Id.nullish(), gitProviderId: Id.nullish() });
export type AllWebhooks = z.infer<typeof AllWebhooks>;
export const WebhookList = z.array(Webhook);

/** One application, or all of the organization. */
export const EnsureWebhooks = z
  .object({ applicationId: Id.nullish(), all: z.boolean().nullish() })
  .refine(({ applicationId, all }) => Boolean(applicationId) !== Boolean(all), {
    message: "Give an applicationId, or all: true.",
    path: ["applicationId"],
  });
export type EnsureWebhooks = z.infer<typeof EnsureWebhooks>;

export const EnsuredWebhooks = z.object({
  items: z.array(
    z.object({
      applicationId: Id,
      application: z.string(),
      state: z.enum(["created", "repaired", "unchanged", "manual", "failed"]),
      url: z.string().nullable(),
      reason: ReasonShape.optional(),
      /** What a person has to do, and where. */
      page: z.string().optional(),
    }),
  ),
});
export type EnsuredWebhooks = z.infer<typeof EnsuredWebhooks>;

export const OneWebhook = z.object({ webhookId: Id });
export type OneWebhook = z.infer<typeof OneWebhook>;

/** What a person copies to the host. The secret is shown to whoever may change webhooks. */
export const WebhookSecretShown = z.object({
  webhookId: Id,
  url: z.string(),
  secret: z.string(),
  /** What the host calls the field for the secret; null: a secret. */
  field: z.string().nullable(),
  events: z.array(z.string()),
  /** When the former secret ends, while one is being replaced. */
  formerEndsAt: Instant.nullable(),
});
export type WebhookSecretShown = z.infer<typeof WebhookSecretShown>;

/** How long deliveries with the former secret still count: none at all, or up to a week. */
export const RotateWebhookSecret = z.object({
  webhookId: Id,
  windowHours: otherwise(z.number().int().min(0).max(168), 24),
});
export type RotateWebhookSecret = z.infer<typeof RotateWebhookSecret>;

export const RotatedWebhookSecret = z.object({
  webhookId: Id,
  /** The host signs with the new secret already; otherwise a person has to give it to the host. */
  isAtHost: z.boolean(),
  /** Null when the host could not be given the new secret yet: both count until it was. */
  formerEndsAt: Instant.nullable(),
  reason: ReasonShape.optional(),
});
export type RotatedWebhookSecret = z.infer<typeof RotatedWebhookSecret>;
