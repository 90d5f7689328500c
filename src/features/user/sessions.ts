import type { Principal } from "@/access/caller";
import { idleDays } from "@/access/session";
import { db } from "@/db/client";
import type { UserSessionList } from "@/features/user/contract";

/** Where the caller is signed in, the most recently used first; at most a hundred. */
export async function sessions(who: Principal, sessionId: string): Promise<UserSessionList> {
  const rows = await db().session.findMany({
    where: {
      userId: who.userId,
      expiresAt: { gt: new Date() },
      lastSeenAt: { gt: new Date(Date.now() - idleDays * 86_400_000) },
    },
    orderBy: [{ lastSeenAt: "desc" }, { sessionId: "asc" }],
    take: 100,
  });
  const items = rows.map((row) => ({
    sessionId: row.sessionId,
    userAgent: row.userAgent,
    address: row.address,
    current: row.sessionId === sessionId,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  }));
  return { items, nextCursor: null };
}
