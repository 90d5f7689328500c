import type { Caller, Principal } from "@/access/caller";
import { type MemberRow, membershipOf, rolePermissionsSql } from "@/access/signed-in";
import { pool } from "@/db/client";

const lookup = {
  name: "slipway-member",
  text: `SELECT m."memberId", m."organizationId", m.role, ${rolePermissionsSql("m")} FROM member m
    WHERE m."userId" = $1 AND m."organizationId" = $2`,
};

/**
 * A person in an organization that may not be the one they act in now; null when they do not belong to it (any more).
 * Only for people in the web app: a key acts in one organization.
 */
export async function callerIn(principal: Principal, organizationId: string): Promise<Caller | null> {
  if (principal.via.kind !== "session") return null;
  const { rows } = await pool().query<MemberRow>({ ...lookup, values: [principal.userId, organizationId] });
  const membership = rows[0] ? membershipOf(rows[0]) : null;
  return membership ? { ...principal, ...membership } : null;
}
