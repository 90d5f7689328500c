import { writeAudit } from "@/access/audit";
import type { Origin } from "@/access/caller";
import { organizationOf, withFirstOrganization } from "@/access/first-organization";
import { transaction } from "@/db/client";

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
