import { pool } from "@/db/client";

/** A tenth of what GitHub, the strictest of the hosts, allows in an hour. */
export const callsPerHour = 500;

const takeText = `INSERT INTO "recovery_calls" AS c ("gitProviderId", "since", "count") VALUES ($1, $2, 1)
  ON CONFLICT ("gitProviderId") DO UPDATE SET
    "since" = CASE WHEN c."since" <= $2::timestamptz - interval '1 hour' THEN EXCLUDED."since" ELSE c."since" END,
    "count" = CASE WHEN c."since" <= $2::timestamptz - interval '1 hour' THEN 1 ELSE c."count" + 1 END
  WHERE c."count" < $3 OR c."since" <= $2::timestamptz - interval '1 hour'`;

/**
 * Calls that looking for missed events may make for one provider, of all processes together: a tenth of the host's
 * limit in an hour, so that it takes nothing away from people and deployments.
 */
export async function takeCall(gitProviderId: string, now: Date): Promise<boolean> {
  const { rowCount } = await pool().query(takeText, [gitProviderId, now, callsPerHour]);
  return rowCount === 1;
}
