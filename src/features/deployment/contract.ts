import { z } from "zod";
import { deploymentStatuses } from "@/features/deployment/status";
import { Commit } from "@/git/nouns";
import { Id, Instant, otherwise, PageQuery, pageOf, ReasonShape } from "@/lib/shape";

export const DeploymentStatus = z.enum(deploymentStatuses);
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

export const stepNames = ["resolve", "checkout", "build", "release", "report"] as const;
export const StepName = z.enum(stepNames);
export type StepName = z.infer<typeof StepName>;
export const stepStatuses = ["pending", "running", "succeeded", "failed", "cancelled", "skipped"] as const;

export const Step = z.object({
  name: StepName,
  status: z.enum(stepStatuses),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
});
export type Step = z.infer<typeof Step>;

export const Deployment = z.object({
  deploymentId: Id,
  applicationId: Id,
  environmentId: Id,
  environment: z.string(),
  status: DeploymentStatus,
  commit: Commit.nullable(),
  ref: z.string(),
  trigger: z.enum([
    "manual",
    "api",
    "push",
    "tag",
    "pullRequest",
    "schedule",
    "deployHook",
    "retry",
    "rollback",
  ]),
  actor: z.object({ userId: Id.optional(), name: z.string() }).nullable(),
  steps: z.array(Step),
  /** Of a promotion: the deployment of another environment whose release was published. */
  promotedFromId: Id.nullable(),
  reason: ReasonShape.nullable(),
  /** Problems of a deployment that succeeded nevertheless. */
  warnings: z.array(ReasonShape),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  url: z.string().nullable(),
});
export type Deployment = z.infer<typeof Deployment>;

/** `id` grows; it is the cursor of the log and the event id of the subscription. */
export const LogLine = z.object({
  id: z.string(),
  at: Instant,
  step: z.string(),
  stream: z.enum(["out", "err", "info"]),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const OneDeployment = z.object({ deploymentId: Id });
export type OneDeployment = z.infer<typeof OneDeployment>;

export const AllDeployments = PageQuery.extend({
  applicationId: Id.nullish(),
  environmentId: Id.nullish(),
  status: DeploymentStatus.nullish(),
});
export type AllDeployments = z.infer<typeof AllDeployments>;
export const DeploymentList = pageOf(Deployment);

export const DeploymentLogs = z.object({
  deploymentId: Id,
  cursor: z.string().max(64).nullish(),
  limit: otherwise(z.number().int().min(1).max(1000), 500),
});
export type DeploymentLogs = z.infer<typeof DeploymentLogs>;
/** `done`: the deployment has ended and no further line will come. */
export const LogPage = pageOf(LogLine).extend({ done: z.boolean() });
export type LogPage = z.infer<typeof LogPage>;

export const WatchDeployment = z.object({ deploymentId: Id, lastEventId: z.string().max(64).nullish() });
export type WatchDeployment = z.infer<typeof WatchDeployment>;
/** One event of the subscription: exactly one of the members is set. */
export const DeploymentEvent = z.union([
  z.object({ status: Deployment }),
  z.object({ step: Step }),
  z.object({ line: LogLine }),
]);
export type DeploymentEvent = z.infer<typeof DeploymentEvent>;
