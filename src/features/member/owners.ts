import type { Prisma } from "@/db/generated/client";
import { Fault } from "@/lib/fault";

/**
 * Let one change of members run at a time in an organization, until the transaction ends: two owners who demote
 * each other at once would otherwise both see an owner left.
 */
export async function lockMembers(tx: Prisma.TransactionClient, organizationId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM organization WHERE "organizationId" = ${organizationId} FOR UPDATE`;
}

/** To be called under the lock, before an owner stops being one. @throws Fault `conflict` reason `last_owner` */
export async function assertAnotherOwner(
  tx: Prisma.TransactionClient,
  organizationId: string,
  memberId: string,
): Promise<void> {
  const others = await tx.member.count({
    where: { organizationId, role: "owner", NOT: { memberId } },
  });
  if (others === 0) throw new Fault("conflict", { code: "last_owner" });
}
