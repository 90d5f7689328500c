import type { Db } from "@/db/client";
import { uniqueViolation } from "@/db/violation";
import { Fault } from "@/lib/fault";

/** Lock the organization's row, so that concurrent changes leave exactly one default provider. */
export async function lockOrganization(tx: Db, organizationId: string): Promise<void> {
  await tx.$executeRaw`SELECT 1 FROM "organization" WHERE "organizationId" = ${organizationId} FOR NO KEY UPDATE`;
}

/** Turn a unique violation of the name into a fault. @throws Fault `conflict` reason `name_taken` */
export async function namingConflicts<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!uniqueViolation(error)?.includes("name")) throw error;
    throw new Fault("conflict", { code: "name_taken", params: { name } }, { cause: error });
  }
}

/** Whether an organization shares no provider yet. */
export async function isFirst(tx: Db, organizationId: string): Promise<boolean> {
  const shared = { organizationId, visibility: { not: "application" } };
  return (await tx.gitProvider.count({ where: shared, take: 1 })) === 0;
}
