/** Change notifications of deployments, by PostgreSQL NOTIFY. */
import type { Db } from "@/db/client";

export const changeChannel = "slipway_deployment";

/** Notify every process of a change once the transaction commits. */
export async function announce(tx: Db, deploymentId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify(${changeChannel}, ${deploymentId})::text`;
}
