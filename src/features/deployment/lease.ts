import { type Db, db } from "@/db/client";
import { Prisma } from "@/db/generated/client";
import { changeChannel } from "@/features/deployment/announce";
import { Fault } from "@/lib/fault";

/** The right of one process to run a deployment. Writes with an older fence, or after the end, are refused. */
export interface Lease {
  deploymentId: string;
  organizationId: string;
  applicationId: string;
  environmentId: string;
  fence: number;
}

/** Without a heartbeat for so long, the deployment is taken from the process. By the clock of the database. */
export const leaseSeconds = 20;
export const heartbeatMs = 2_000;

/** When a lease that is taken or prolonged now ends. */
export const leaseEnd = Prisma.sql`clock_timestamp() + make_interval(secs => ${leaseSeconds})`;

/** The row of a deployment, for as long as the lease is held. */
export function held({ deploymentId, fence }: Lease): Prisma.Sql {
  return Prisma.sql`"deploymentId" = ${deploymentId} AND "fence" = ${fence} AND "status" = 'running'`;
}

export type LeaseState = "held" | "cancel" | "lost";

/** Prolong the lease, and learn whether the deployment is still wanted. */
export async function extendLease(lease: Lease): Promise<LeaseState> {
  const rows = await db().$queryRaw<{ cancelled: boolean }[]>`
    UPDATE "deployment" SET "leaseExpiresAt" = ${leaseEnd}
    WHERE ${held(lease)}
    RETURNING "cancelRequestedAt" IS NOT NULL AS "cancelled"`;
  if (!rows[0]) return "lost";
  return rows[0].cancelled ? "cancel" : "held";
}

/**
 * Change a deployment under its lease, but for its status. Check and change are one statement.
 * @throws Fault `conflict` reason `lease_lost`
 */
export async function change(tx: Db, lease: Lease, set: Prisma.Sql): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    UPDATE "deployment" SET ${set}
    WHERE ${held(lease)}
    RETURNING pg_notify(${changeChannel}, "deploymentId")::text AS "notified"`;
  if (rows.length === 0) throw leaseLost();
}

export function leaseLost(): Fault {
  return new Fault("conflict", { code: "lease_lost" });
}

export function json(value: unknown): Prisma.Sql {
  return Prisma.sql`${JSON.stringify(value)}::jsonb`;
}
