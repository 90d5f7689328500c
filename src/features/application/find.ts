import { setTargetName } from "@/access/audit-context";
import type { Caller } from "@/access/caller";
import { type Db, db } from "@/db/client";
import { type ApplicationRow, withEnvironments } from "@/features/application/public";
import { Fault } from "@/lib/fault";

/** The caller's application. @throws Fault `not_found`, the same for foreign and made-up ids */
export async function findApplication(
  { organizationId }: Caller,
  applicationId: string,
  tx: Db = db(),
): Promise<ApplicationRow> {
  const where = { applicationId: applicationId.replaceAll("\0", ""), organizationId };
  const row = await tx.application.findFirst({ where, include: withEnvironments });
  if (!row) throw new Fault("not_found", { code: "not_found", params: { what: "application" } });
  setTargetName("application", [row.applicationId], row.name);
  return row;
}
