import { annotate } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import { assertStanding } from "@/features/environment/assert-standing";
import type { Environment, UpdateEnvironment } from "@/features/environment/contract";
import { findEnvironment } from "@/features/environment/find";
import { savePromotesFrom } from "@/features/environment/promotes-from";
import { toEnvironment } from "@/features/environment/public";
import { ruleColumns } from "@/features/environment/rules";
import { saveVariables } from "@/features/environment/variables";
import { requestHooks } from "@/features/webhook/request";

/**
 * Change what is given and keep the rest; the next deployment uses it.
 * @throws Fault `not_found` | `invalid_input` | `conflict` reason `environment_is_preview`
 */
export async function update(caller: Caller, input: UpdateEnvironment): Promise<Environment> {
  const before = await findEnvironment(caller, input.environmentId);
  assertStanding(before);
  const { environmentId, organizationId } = before;
  const data = await ruleColumns(caller, input, before);
  if (data.frozenReason !== undefined) annotate({ details: { frozen: data.frozenReason !== null } });
  await transaction(async (tx) => {
    const where = { environmentId, organizationId };
    await tx.environment.updateMany({ where, data });
    await savePromotesFrom(tx, before, input.promotesFrom);
    await saveVariables(tx, where, input.variables);
    await requestHooks(tx, organizationId);
  });
  return toEnvironment(await findEnvironment(caller, environmentId));
}
