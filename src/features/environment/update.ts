import type { Caller } from "@/access/caller";
import { transaction } from "@/db/client";
import type { Environment, UpdateEnvironment } from "@/features/environment/contract";
import { findEnvironment } from "@/features/environment/find";
import { toEnvironment } from "@/features/environment/public";
import { saveVariables } from "@/features/environment/variables";
import { requestHooks } from "@/features/webhook/request";

/** Change what is given and keep the rest; the next deployment uses it. @throws Fault `not_found` | `invalid_input` */
export async function update(caller: Caller, input: UpdateEnvironment): Promise<Environment> {
  const { organizationId } = caller;
  const { environmentId } = await findEnvironment(caller, input.environmentId);
  const { branch, trigger, watchPaths, spaFallback } = input;
  const tagPattern = input.tagPattern === "" ? null : (input.tagPattern ?? undefined);
  await transaction(async (tx) => {
    const where = { environmentId, organizationId };
    await tx.environment.updateMany({
      where,
      data: { branch, trigger, watchPaths, spaFallback, tagPattern },
    });
    await saveVariables(tx, where, input.variables);
    await requestHooks(tx, organizationId);
  });
  return toEnvironment(await findEnvironment(caller, environmentId));
}
