/** How people who watch learn that a deployment has changed: a word on a channel of the database. */
import type { Db } from "@/db/client";

export const changeChannel = "slipway_deployment";

/** Tell every process, once the transaction is kept. */
export async function announce(tx: Db, deploymentId: string): Promise<void> {
  await tx.$queryRaw`SELECT pg_notify(${changeChannel}, ${deploymentId})::text`;
}
