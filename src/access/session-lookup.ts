import type { Origin } from "@/access/caller";
import { absoluteDays, idleDays } from "@/access/session";
import {
  type MemberRow,
  membershipOf,
  type PersonRow,
  principalOf,
  rolePermissionsSql,
  type SignedIn,
  touch,
} from "@/access/signed-in";
import { pool } from "@/db/client";

interface Row extends PersonRow, MemberRow {
  stale: boolean;
}

// A session without a chosen organization acts in the person's oldest one.
const lookup = {
  name: "slipway-session",
  text: `SELECT u."userId", u.email, u.username, u."firstName", u."lastName", u."instanceAdmin",
      m."memberId", m."organizationId", m.role, ${rolePermissionsSql("m")}, s."lastSeenAt" < now() - interval '1 minute' AS stale
    FROM session s JOIN "user" u ON u."userId" = s."userId"
    LEFT JOIN LATERAL (
      SELECT member."memberId", member."organizationId", member.role FROM member
      WHERE member."userId" = s."userId"
        AND (s."activeOrganizationId" IS NULL OR member."organizationId" = s."activeOrganizationId")
      ORDER BY member."createdAt", member."memberId" LIMIT 1) m ON true
    WHERE s."sessionId" = $1 AND s."expiresAt" > now()
      AND s."createdAt" > now() - make_interval(days => ${absoluteDays})
      AND s."lastSeenAt" > now() - make_interval(days => ${idleDays})`,
};
const seen = `UPDATE session SET "lastSeenAt" = now()
  WHERE "sessionId" = $1 AND "lastSeenAt" < now() - interval '1 minute'`;

/** Who a session belongs to and where they act; null when it ended, expired or never was. */
export async function findSession(sessionId: string, origin: Origin): Promise<SignedIn | null> {
  const { rows } = await pool().query<Row>({ ...lookup, values: [sessionId] });
  const [row] = rows;
  if (!row) return null;
  if (row.stale) touch(seen, sessionId);
  return {
    principal: principalOf(row, { kind: "session", sessionId }, origin),
    membership: membershipOf(row),
  };
}
