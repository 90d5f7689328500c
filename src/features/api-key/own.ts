import type { Caller } from "@/access/caller";
import { permissions } from "@/access/policy";
import type { Prisma } from "@/db/generated/client";
import { Fault } from "@/lib/fault";

/** People manage their own keys freely; a key needs the permission for it. @throws Fault `forbidden` */
export function assertKeyAccess(caller: Caller): void {
  const permission = "apiKey:write";
  if (caller.via.kind === "session" || caller.permissions.has(permission)) return;
  throw new Fault("forbidden", { code: "permission_denied", params: { permission } });
}

/** The keys a caller may see and revoke: their own, or with the permission all; a key none broader than itself. */
export function visibleKeys(caller: Caller): Prisma.ApiKeyWhereInput {
  const beyond = permissions.filter((permission) => !caller.permissions.has(permission));
  return {
    organizationId: caller.organizationId,
    revokedAt: null,
    ...(!caller.permissions.has("apiKey:write") && { memberId: caller.memberId }),
    ...(caller.via.kind === "key" && { NOT: { permissions: { hasSome: beyond } } }),
  };
}
