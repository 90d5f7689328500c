import type { Caller, Principal } from "@/access/caller";
import { type MemberRow, membershipOf, rolePermissionsSql } from "@/access/signed-in";
import { pool } from "@/db/client";

const lookup = {
  name: "slipway-member-by-slug",
  text: `SELECT m."memberId", m."organizationId", m.role, ${rolePermissionsSql("m")}
    FROM member m JOIN organization o ON o."organizationId" = m."organizationId"
    WHERE m."userId" = $1 AND o.slug = $2`,
};
const activate = `UPDATE session SET "activeOrganizationId" = $2
  WHERE "sessionId" = $1 AND "activeOrganizationId" IS DISTINCT FROM $2`;

/** A person in the organization with this slug; null when there is none, or they do not belong to it. */
export async function callerBySlug(principal: Principal, slug: string): Promise<Caller | null> {
  if (principal.via.kind !== "session") return null;
  const { rows } = await pool().query<MemberRow>({ ...lookup, values: [principal.userId, slug] });
  const membership = rows[0] ? membershipOf(rows[0]) : null;
  return membership && { ...principal, ...membership };
}

/** A page of an organization was opened: from now on the session acts in it. */
export async function activateOrganization({ via, organizationId }: Caller): Promise<void> {
  if (via.kind === "session") await pool().query(activate, [via.sessionId, organizationId]);
}
