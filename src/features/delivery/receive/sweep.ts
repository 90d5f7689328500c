import { db, pool } from "@/db/client";
import { deliveryJob } from "@/features/delivery/receive/job";
import { dropOldPartitions, makePartitions } from "@/features/delivery/receive/partitions";
import { env } from "@/lib/env";
import { enqueueMany, prismaStatements } from "@/queue/enqueue";
import { ensureQueue } from "@/queue/queue";

const dayMs = 86_400_000;
/** Hosts send a delivery again for up to two weeks after it. */
const leastDays = 14;
/** Deliveries of one organization at most. */
const mostOfOrganization = 1_000_000;

/** Make room for what will arrive, and delete what is older than it is kept. */
export async function sweepDeliveries(now = new Date()): Promise<void> {
  await makePartitions(now);
  await dropOldPartitions(now);
  await sweepOrganizations();
  const oldest = new Date(now.getTime() - Math.max(env().deliveryDays, leastDays) * dayMs);
  await db().deliveryReceipt.deleteMany({ where: { receivedAt: { lt: oldest } } });
  await db().deploymentCause.deleteMany({ where: { createdAt: { lt: oldest } } });
}

/** An organization with more deliveries than it may keep loses its oldest ones that were worked. */
export async function sweepOrganizations(most = mostOfOrganization): Promise<void> {
  const organizations = await db().organization.findMany({ select: { organizationId: true } });
  for (const { organizationId } of organizations) {
    const last = await db().webhookDelivery.findFirst({
      where: { organizationId },
      orderBy: { receivedAt: "desc" },
      skip: most,
      select: { receivedAt: true },
    });
    if (!last) continue;
    const receivedAt = { lte: last.receivedAt };
    await db().webhookDelivery.deleteMany({ where: { organizationId, receivedAt, decision: { not: null } } });
  }
}

const mostAtOnce = 1_000;
/** Undecided for so long: its job may be lost, since a job is tried only so often while hosts or the database are away. */
const stalledMs = 120_000;

const lostSql = `SELECT "deliveryId", "receivedAt" FROM webhook_delivery
  WHERE decision IS NULL AND "receivedAt" < $1
    AND "deliveryId" NOT IN (SELECT data->>'deliveryId' FROM queue.job WHERE name = $2 AND state < 'completed')
  ORDER BY "receivedAt" LIMIT ${mostAtOnce}`;

/** Queue deliveries again that are undecided and have no job. @returns how many */
export async function requeueUndecided(now = new Date()): Promise<number> {
  await ensureQueue(deliveryJob);
  const before = new Date(now.getTime() - stalledMs);
  const { rows } = await pool().query(lostSql, [before, deliveryJob.name]);
  await enqueueMany(await prismaStatements(db()), deliveryJob, rows);
  return rows.length;
}
