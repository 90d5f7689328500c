import type { Caller } from "@/access/caller";
import type { ProviderRow } from "@/features/git-provider/record/row";
import { Fault } from "@/lib/fault";

/**
 * Who sees a provider. Shared with everyone: each member. Shared with chosen members: those, the person who connected
 * it, and whoever administers the members. A role without permission to change providers gives `use` only.
 */
export interface Viewer {
  organizationId: string;
  memberId: string;
  userId: string;
  /** Sees and manages whatever the sharing says. */
  seesAll: boolean;
  /** Holds a permission to change or remove providers. */
  changes: boolean;
}

export function viewerOf(caller: Caller): Viewer {
  const { organizationId, memberId, userId, permissions } = caller;
  const changes = permissions.has("provider:write") || permissions.has("provider:delete");
  return { organizationId, memberId, userId, seesAll: permissions.has("member:write"), changes };
}

/** Slipway itself, for deployments and background refreshes. */
export function system(organizationId: string): Viewer {
  return { organizationId, memberId: "", userId: "", seesAll: true, changes: true };
}

/**
 * SQL of what the viewer may do with the row `p`; null when it is not to be seen. `$1` to `$4` are the fields of
 * the viewer up to `seesAll`. The inner SELECTs hide the values from the planner, which otherwise would plan every call anew.
 */
export const accessSql = `CASE
    WHEN (SELECT $4::boolean) OR p."visibility" <> 'members' OR p."userId" = (SELECT $3::text) THEN 'manage'
    ELSE (SELECT m."access" FROM "git_provider_member" m
          WHERE m."gitProviderId" = p."gitProviderId" AND m."memberId" = (SELECT $2::text))
  END`;

/** @throws Fault `forbidden` when the caller may only use it */
export function assertManage(row: ProviderRow): void {
  if (row.access === "manage") return;
  throw new Fault("forbidden", { code: "provider_use_only", params: { name: row.name } });
}

/**
 * Whether a provider may serve now, and for whom: one that belongs to an application serves no other.
 * @throws Fault `conflict` reason `provider_inactive` | `provider_of_application`
 */
export function assertUsable(row: ProviderRow, applicationId?: string): void {
  const params = { name: row.name };
  if (row.status !== "active") throw new Fault("conflict", { code: "provider_inactive", params });
  if (row.visibility === "application" && row.applicationId !== (applicationId ?? null)) {
    throw new Fault("conflict", { code: "provider_of_application", params });
  }
}
