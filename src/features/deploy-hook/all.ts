import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { AllDeployHooks, DeployHook } from "@/features/deploy-hook/contract";
import { toDeployHook } from "@/features/deploy-hook/public";
import { findEnvironment } from "@/features/environment/find";

/** The deploy hooks of an environment, oldest first. @throws Fault `not_found` */
export async function all(caller: Caller, input: AllDeployHooks): Promise<{ items: DeployHook[] }> {
  const { organizationId, environmentId } = await findEnvironment(caller, input.environmentId);
  const rows = await db().deployHook.findMany({
    where: { organizationId, environmentId },
    orderBy: [{ createdAt: "asc" }, { deployHookId: "asc" }],
  });
  return { items: rows.map(toDeployHook) };
}
