import type { Caller } from "@/access/caller";
import { findRole } from "@/access/role";
import type { Prisma } from "@/db/generated/client";
import { lockMembers } from "@/features/member/owners";
import { Fault } from "@/lib/fault";

/**
 * The caller as they are once they have the lock of the members: while they waited for it, another may have taken
 * their role, their membership or their key.
 * @throws Fault `forbidden` reason `permission_denied` when they may no longer change members
 */
export async function lockedCaller(tx: Prisma.TransactionClient, caller: Caller): Promise<Caller> {
  const { organizationId, memberId, via } = caller;
  await lockMembers(tx, organizationId);
  const member = await tx.member.findFirst({ where: { organizationId, memberId } });
  const known = member && (await findRole(tx, organizationId, member.role));
  const permissions = (known?.permissions ?? []).filter((permission) => caller.permissions.has(permission));
  const lives =
    via.kind === "session" || (await tx.apiKey.count({ where: { apiKeyId: via.apiKeyId, revokedAt: null } }));
  if (member && lives && permissions.includes(needed))
    return { ...caller, role: member.role, permissions: new Set(permissions) };
  throw new Fault("forbidden", { code: "permission_denied", params: { permission: needed } });
}

const needed = "member:write";
