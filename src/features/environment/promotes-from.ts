import type { Db } from "@/db/client";
import { Fault } from "@/lib/fault";
import { messageOf, type Reason } from "@/lib/reason";

interface Place {
  organizationId: string;
  applicationId: string;
  environmentId: string;
}

/**
 * Save which environment this one publishes the releases of; null or blank: none. Undefined changes nothing.
 * @throws Fault `invalid_input` reason `promotes_from_missing` | `promotes_from_circle`
 */
export async function savePromotesFrom(
  tx: Db,
  { organizationId, applicationId, environmentId }: Place,
  given: string | null | undefined,
): Promise<void> {
  if (given === undefined) return;
  const promotesFromId = given || null;
  // Serialized by the application's row: two changes at a time could close a circle that neither sees.
  await tx.$queryRaw`SELECT 1 FROM "application" WHERE "applicationId" = ${applicationId} FOR NO KEY UPDATE`;
  if (promotesFromId) {
    const standing = await tx.environment.findMany({
      where: { organizationId, applicationId, kind: "standing" },
      select: { environmentId: true, name: true, promotesFromId: true },
    });
    assertNoCircle(standing, environmentId, promotesFromId);
  }
  await tx.environment.updateMany({ where: { environmentId, organizationId }, data: { promotesFromId } });
}

interface Link {
  environmentId: string;
  name: string;
  promotesFromId: string | null;
}

function assertNoCircle(standing: Link[], environmentId: string, promotesFromId: string): void {
  const byId = new Map(standing.map((one) => [one.environmentId, one]));
  const source = byId.get(promotesFromId);
  if (!source) throw refused({ code: "promotes_from_missing" });
  for (let at: Link | undefined = source; at; at = byId.get(at.promotesFromId ?? "")) {
    if (at.environmentId === environmentId)
      throw refused({ code: "promotes_from_circle", params: { name: source.name } });
  }
}

function refused(reason: Reason): Fault {
  return new Fault("invalid_input", reason, {
    issues: [{ path: "promotesFrom", message: messageOf(reason) }],
  });
}
