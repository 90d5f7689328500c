import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import type { DeployHook } from "@/db/generated/client";
import { uniqueViolation } from "@/db/violation";
import type { CreateDeployHook, CreatedDeployHook } from "@/features/deploy-hook/contract";
import { assertMayRun } from "@/features/deploy-hook/may-run";
import { toDeployHook } from "@/features/deploy-hook/public";
import { newSecret } from "@/features/deploy-hook/secret";
import { assertStanding } from "@/features/environment/assert-standing";
import { findEnvironment } from "@/features/environment/find";
import { Fault } from "@/lib/fault";
import { newId } from "@/lib/id";

/** Deploy hooks of one environment. */
const most = 20;

/**
 * Make an address that deploys an environment when it is called with its secret, which is shown this once.
 * @throws Fault `not_found` | `forbidden` | `conflict` reason `deploy_hook_taken` | `deploy_hooks_full` |
 *   `environment_is_preview`
 */
export async function create(caller: Caller, input: CreateDeployHook): Promise<CreatedDeployHook> {
  assertMayRun(caller);
  const environment = await findEnvironment(caller, input.environmentId);
  assertStanding(environment);
  const { organizationId, environmentId } = environment;
  const ids = { deployHookId: newId(), organizationId, environmentId };
  const { secret, sealed } = newSecret(ids);
  const { name } = input;
  const data = { ...ids, name, secret: sealed, createdById: caller.userId };
  const row = await transaction((tx) => insert(tx, data));
  return { ...toDeployHook(row), secret };
}

async function insert(tx: Db, data: Omit<DeployHook, "createdAt" | "lastUsedAt">): Promise<DeployHook> {
  const { organizationId, environmentId, deployHookId, name } = data;
  await tx.$queryRaw`SELECT 1 FROM "environment" WHERE "environmentId" = ${environmentId} FOR NO KEY UPDATE`;
  if ((await tx.deployHook.count({ where: { organizationId, environmentId } })) >= most)
    throw new Fault("conflict", { code: "deploy_hooks_full", params: { most } });
  annotate({ target: { type: "deployHook", id: deployHookId, name }, details: { environmentId } });
  try {
    return await tx.deployHook.create({ data });
  } catch (error) {
    if (!uniqueViolation(error)) throw error;
    throw new Fault("conflict", { code: "deploy_hook_taken", params: { name } }, { cause: error });
  }
}
