/** Change notifications of deployments: a NOTIFY on a channel of the database. */
import type { Db } from "@/db/client";

export const changeChannel = "slipway_deployment";

/** Notify every process of a change once the transaction commits. */
export async function announce(tx: Db, deploymentId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify(${changeChannel}, ${deploymentId})::text`;
}
