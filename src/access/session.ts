import type { Origin } from "@/access/caller";
import { type Db, db } from "@/db/client";
import { newSecret } from "@/lib/id";

export const idleDays = 14;
export const absoluteDays = 60;

/** Begin a session and return its id, which is new at each sign-in. */
export async function startSession(userId: string, origin: Origin, tx: Db = db()): Promise<string> {
  const sessionId = newSecret();
  await tx.session.create({
    data: {
      sessionId,
      userId,
      userAgent: origin.userAgent.slice(0, 300),
      address: origin.address,
      expiresAt: new Date(Date.now() + absoluteDays * 86_400_000),
    },
  });
  return sessionId;
}

/** End every session of a person, but for the one given. */
export async function endSessions(tx: Db, userId: string, keep?: string): Promise<void> {
  await tx.session.deleteMany({ where: { userId, ...(keep && { NOT: { sessionId: keep } }) } });
}
