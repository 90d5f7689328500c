import { z } from "zod";
import { RefName } from "@/git/ref-name";
import { Id, Instant, optional, otherwise, PageQuery, pageOf, ReasonShape } from "@/lib/shape";

/** `coalesced`: the same push was told before, or a later one is deployed in its place. */
export const decisions = ["deployed", "coalesced", "ignored", "failed"] as const;
export type DeliveryDecision = (typeof decisions)[number];

/** One rule that was looked at. */
const TraceEntry = z.object({
  rule: z.string(),
  outcome: z.enum(["pass", "stop", "skip"]),
  detail: z.string(),
});

/** What a delivery meant for one environment, or for the previews of an application. */
const EnvironmentDecision = z.object({
  /** Null for a preview that is not there. */
  environmentId: Id.nullable(),
  environment: z.string(),
  applicationId: Id,
  application: z.string(),
  decision: z.enum([...decisions, "pending"]),
  reason: ReasonShape.nullable(),
  deploymentId: Id.nullable(),
  trace: z.array(TraceEntry).optional(),
});

/** One signed delivery of a host and what came of it. `decision` is `pending` until it was worked, within seconds. */
export const Delivery = z.object({
  deliveryId: Id,
  receivedAt: Instant,
  gitProviderId: Id,
  provider: z.string(),
  providerType: z.string(),
  repository: z.string().nullable(),
  event: z.string().nullable(),
  ref: z.string().nullable(),
  sha: z.string().nullable(),
  pullRequest: z.number().int().nullable(),
  verdict: z.literal("verified"),
  /** How it came: to a repository's hook, to an App's, from the host's log, from looking, or replayed. */
  source: z.enum(["hook", "app", "log", "poll", "replay"]),
  decision: z.enum([...decisions, "pending"]),
  reason: ReasonShape.nullable(),
  environments: z.array(EnvironmentDecision),
  /** Every rule that was looked at, of all environments. Only in the answer for one delivery. */
  trace: z.array(TraceEntry.extend({ environment: z.string().nullable() })).optional(),
  replayOf: Id.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const AllDeliveries = PageQuery.extend({
  applicationId: Id.nullish(),
  environmentId: Id.nullish(),
  gitProviderId: Id.nullish(),
  repository: z.string().max(500).nullish(),
  decision: z.enum([...decisions, "pending"]).nullish(),
  event: z.string().max(100).nullish(),
  /** Part of the repository, ref, commit or delivery id. */
  search: z.string().trim().max(200).nullish(),
});
export type AllDeliveries = z.infer<typeof AllDeliveries>;
export const DeliveryList = pageOf(Delivery);
export type DeliveryList = z.infer<typeof DeliveryList>;

export const OneDelivery = z.object({ deliveryId: Id });
export type OneDelivery = z.infer<typeof OneDelivery>;

/** The body as it was sent, with secrets taken out. */
export const DeliveryBody = z.object({
  deliveryId: Id,
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type DeliveryBody = z.infer<typeof DeliveryBody>;

/** One to a hundred deliveries. */
export const ReplayMany = z.object({ deliveryIds: z.array(Id).min(1).max(100) });
export type ReplayMany = z.infer<typeof ReplayMany>;
export const Replayed = z.object({
  items: z.array(z.object({ deliveryId: Id, replay: Delivery.nullable(), reason: ReasonShape.nullable() })),
});
export type Replayed = z.infer<typeof Replayed>;

/** What would a push of this branch, tag or commit, or this request, do now? Nothing is changed by it. */
export const DryRun = z.object({
  applicationId: Id,
  ref: optional(RefName),
  /** Of the ref; its newest one otherwise. */
  commit: optional(z.string().regex(/^[0-9a-f]{7,64}$/i, "Give the id of a commit.")),
  pullRequest: optional(z.number().int().positive()),
});
export type DryRun = z.infer<typeof DryRun>;

const WouldDo = EnvironmentDecision.extend({
  decision: z.enum(["deploy", "ignored", "remove", "approval"]),
  sha: z.string().nullable(),
  trace: z.array(TraceEntry),
});
export const DryRunResult = z.object({ items: z.array(WouldDo) });
export type DryRunResult = z.infer<typeof DryRunResult>;

/** The same for each of the newest commits of an environment's branch, with rules that are not saved yet. */
export const RulesPreview = z.object({
  environmentId: Id,
  branch: optional(RefName),
  branchPatterns: optional(z.array(z.string().max(200)).max(50)),
  watchPaths: optional(z.array(z.string().max(500)).max(100)),
  skipMarkers: optional(z.boolean()),
  trigger: optional(z.enum(["push", "tag", "manual"])),
  limit: otherwise(z.number().int().min(1).max(20), 10),
});
export type RulesPreview = z.infer<typeof RulesPreview>;
export const RulesPreviewResult = z.object({
  items: z.array(
    z.object({
      sha: z.string(),
      subject: z.string(),
      author: z.string(),
      committedAt: Instant,
      decision: z.enum(["deploy", "ignored"]),
      reason: ReasonShape.nullable(),
      trace: z.array(TraceEntry),
    }),
  ),
});
export type RulesPreviewResult = z.infer<typeof RulesPreviewResult>;
