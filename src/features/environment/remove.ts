import { rm } from "node:fs/promises";
import type { Caller } from "@/access/caller";
import { type Db, transaction } from "@/db/client";
import { assertStanding } from "@/features/environment/assert-standing";
import type { RemoveEnvironment } from "@/features/environment/contract";
import { findEnvironment } from "@/features/environment/find";
import { production } from "@/features/environment/site";
import { environmentFolder } from "@/features/site/folder";
import { requestHooks } from "@/features/webhook/request";
import { Fault } from "@/lib/fault";

/**
 * Remove an environment with its deployments and take its site off the net. What runs for it stops within seconds.
 * @throws Fault `not_found` | `conflict` reason `environment_last` for the production environment |
 *   `environment_is_preview`
 */
export async function remove(
  caller: Caller,
  { environmentId }: RemoveEnvironment,
): Promise<Record<string, never>> {
  const row = await findEnvironment(caller, environmentId);
  assertStanding(row);
  if (row.name === production) throw new Fault("conflict", { code: "environment_last" });
  await deleteEnvironment(row);
  return {};
}

interface Removed {
  organizationId: string;
  environmentId: string;
}

/**
 * Remove the rows of an environment, which takes its site off the net, and then its files. What a process that dies in
 * between leaves on the disk is deleted by the janitor.
 * @param also what belongs into the same transaction
 */
export async function deleteEnvironment(
  { organizationId, environmentId }: Removed,
  also?: (tx: Db) => Promise<void>,
): Promise<void> {
  await transaction(async (tx) => {
    const data = { promotesFromId: null };
    await tx.environment.updateMany({ where: { organizationId, promotesFromId: environmentId }, data });
    await tx.environment.deleteMany({ where: { environmentId, organizationId } });
    await also?.(tx);
    await requestHooks(tx, organizationId);
  });
  await rm(environmentFolder(environmentId), { recursive: true, force: true });
}
