import { permissions } from "@/access/policy";
import { personName } from "@/access/signed-in";
import type { ApiKey } from "@/features/api-key/contract";

interface Row {
  apiKeyId: string;
  name: string;
  prefix: string;
  lastFour: string;
  permissions: string[];
  memberId: string;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  member: { user: { email: string; username: string | null; firstName: string; lastName: string } };
}

/** What a query must load for `showKey`. */
export const withMaker = { member: { include: { user: true } } } as const;

/** A key as the API shows it: never the key or its hash. */
export function showKey(row: Row): ApiKey {
  return {
    apiKeyId: row.apiKeyId,
    name: row.name,
    prefix: row.prefix,
    lastFour: row.lastFour,
    permissions: permissions.filter((permission) => row.permissions.includes(permission)),
    memberId: row.memberId,
    memberName: personName(row.member.user),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
