import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { OneDeployHook } from "@/features/deploy-hook/contract";
import { findDeployHook } from "@/features/deploy-hook/find";

/** Remove a deploy hook; its address answers nobody any more. @throws Fault `not_found` */
export async function remove(caller: Caller, input: OneDeployHook): Promise<Record<string, never>> {
  const { deployHookId, organizationId } = await findDeployHook(caller, input.deployHookId);
  await db().deployHook.deleteMany({ where: { deployHookId, organizationId } });
  return {};
}
