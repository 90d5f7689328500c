import type { Caller } from "@/access/caller";
import { type Db, db } from "@/db/client";
import { type DeploymentRow, isWhole, withEnvironment } from "@/features/deployment/public";
import { Fault } from "@/lib/fault";

/** The caller's deployment. @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findDeployment(
  { organizationId }: Pick<Caller, "organizationId">,
  deploymentId: string,
  tx: Db = db(),
): Promise<DeploymentRow> {
  const where = { deploymentId, organizationId };
  const row = isText(deploymentId)
    ? await tx.deployment.findFirst({ where, include: withEnvironment })
    : null;
  if (!row || !isWhole(row))
    throw new Fault("not_found", { code: "not_found", params: { what: "deployment" } });
  return row;
}

/** PostgreSQL takes no NUL in a text. */
function isText(id: string): boolean {
  return !id.includes("\0");
}
