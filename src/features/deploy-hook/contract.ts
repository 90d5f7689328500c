import { z } from "zod";
import { Id, Instant, Name } from "@/lib/shape";

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
export const AllDeployHooks = z.object({ environmentId: Id });
export type AllDeployHooks = z.infer<typeof AllDeployHooks>;
export const OneDeployHook = z.object({ deployHookId: Id });
export type OneDeployHook = z.infer<typeof OneDeployHook>;
