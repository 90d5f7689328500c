import { absoluteDays, idleDays } from "@/access/session";
import { pool } from "@/db/client";

const statements = [
  `DELETE FROM session WHERE "expiresAt" < now() OR "lastSeenAt" < now() - make_interval(days => ${idleDays})
    OR "createdAt" < now() - make_interval(days => ${absoluteDays})`,
  `DELETE FROM throttle WHERE "windowEndsAt" < now()`,
  `DELETE FROM password_reset WHERE "expiresAt" < now()`,
  `DELETE FROM previous_credential WHERE "expiresAt" < now()`,
  `DELETE FROM oauth_flow WHERE "expiresAt" < now() - interval '1 hour'`,
  `DELETE FROM idempotency_key WHERE "createdAt" < now() - interval '24 hours'`,
];

/** Delete what has expired and is only kept for its time. To be run now and then, by any process. */
export async function sweepExpired(): Promise<void> {
  for (const statement of statements) await pool().query(statement);
}
