import { z } from "zod";
import { RefName } from "@/git/ref-name";
import { Id, Instant, Name, optional } from "@/lib/shape";

/** An address that deploys an environment when it is called with its secret. */
export const DeployHook = z.object({
  deployHookId: Id,
  environmentId: Id,
  name: z.string(),
  url: z.string(),
  lastUsedAt: Instant.nullable(),
  createdAt: Instant,
});
export type DeployHook = z.infer<typeof DeployHook>;

export const CreateDeployHook = z.object({ environmentId: Id, name: Name });
export type CreateDeployHook = z.infer<typeof CreateDeployHook>;
/** The secret is shown once. */
export const CreatedDeployHook = DeployHook.extend({ secret: z.string() });
export type CreatedDeployHook = z.infer<typeof CreatedDeployHook>;
export const DeployHookList = z.object({ items: z.array(DeployHook) });
export const AllDeployHooks = z.object({ environmentId: Id });
export type AllDeployHooks = z.infer<typeof AllDeployHooks>;
export const OneDeployHook = z.object({ deployHookId: Id });
export type OneDeployHook = z.infer<typeof OneDeployHook>;

/** What is sent to the address of a hook. Other fields are ignored: content systems send their own. */
export const CallDeployHook = z.object({
  /** A branch that fits the rules of the environment, its own when absent; a tag where the environment follows tags. */
  ref: optional(RefName),
});
export type CallDeployHook = z.infer<typeof CallDeployHook>;
export const CalledDeployHook = z.object({ deploymentId: Id, status: z.literal("queued") });
export type CalledDeployHook = z.infer<typeof CalledDeployHook>;
