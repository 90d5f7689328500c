import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, db } from "@/db/client";
import { type EnvironmentRow, withCurrent } from "@/features/environment/public";
import { Fault } from "@/lib/fault";

/** The caller's environment. @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findEnvironment(
  { organizationId }: Caller,
  environmentId: string,
  tx: Db = db(),
): Promise<EnvironmentRow> {
  const where = { environmentId: environmentId.replaceAll("\0", ""), organizationId };
  const row = await tx.environment.findFirst({ where, include: withCurrent });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "environment" } });
  setTargetName("environment", [row.environmentId], row.name);
  return row;
}
