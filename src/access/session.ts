import { writeAudit } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { type Db, db, transaction } from "@/db/client";
import type { Prisma } from "@/db/generated/client";
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

/** End one session, and tell the audit; one that is gone already is fine. */
export async function signOut(sessionId: string, origin: Origin): Promise<void> {
  await transaction(async (tx) => {
    const session = await tx.session.findUnique({
      where: { sessionId },
      include: { user: { include: withFirstOrganization } },
    });
    if (!session) return;
    await tx.session.deleteMany({ where: { sessionId } });
    const organizationId = session.activeOrganizationId ?? organizationOf(session.user);
    const { userId, email: name } = session.user;
    const actor = { organizationId, userId, apiKeyId: null, name };
    await writeAudit(tx, { actor, origin, action: "session.signOut", result: "ok" });
  });
}

/** What a query of a person must load for `organizationOf`. */
export const withFirstOrganization = {
  members: {
    select: { organizationId: true },
    orderBy: [{ createdAt: "asc" }, { memberId: "asc" }],
    take: 1,
  },
} satisfies Prisma.UserInclude;

/**
 * The organization of a session without a chosen one: the one that the person joined first. Null when there is none.
 */
export function organizationOf({ members }: { members: { organizationId: string }[] }): string | null {
  return members[0]?.organizationId ?? null;
}
