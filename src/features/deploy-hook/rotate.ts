import type { Caller } from "@/access/caller";
import { db } from "@/db/client";
import type { CreatedDeployHook, OneDeployHook } from "@/features/deploy-hook/contract";
import { findDeployHook } from "@/features/deploy-hook/find";
import { assertMayRun } from "@/features/deploy-hook/may-run";
import { toDeployHook } from "@/features/deploy-hook/public";
import { newSecret } from "@/features/deploy-hook/secret";

/** Replace the secret, shown this once; the former one ends at once. @throws Fault `not_found` | `forbidden` */
export async function rotate(caller: Caller, input: OneDeployHook): Promise<CreatedDeployHook> {
  assertMayRun(caller);
  const row = await findDeployHook(caller, input.deployHookId);
  const { deployHookId, organizationId } = row;
  const { secret, sealed } = newSecret(row);
  await db().deployHook.updateMany({ where: { deployHookId, organizationId }, data: { secret: sealed } });
  return { ...toDeployHook(row), secret };
}
