import { isFirstThisMinute } from "@/access/rate-limit";
import { db } from "@/db/client";
import { changeChannel } from "@/features/deployment/announce";
import { assertDiskSpace } from "@/lib/disk";
import { asFault } from "@/lib/fault";
import { log } from "@/lib/log";

/**
 * Whether the disk of this worker has room for another deployment. Where it has not, deployments stay queued, which
 * their logs and the log of the server say; a worker with another disk may take them.
 */
export async function hasRoom(): Promise<boolean> {
  try {
    await assertDiskSpace();
    return true;
  } catch (error) {
    const { reason } = asFault(error);
    if (reason.code !== "disk_low") throw error;
    if (isFirstThisMinute("disk_low")) {
      log.warn({ ...reason.params }, "deployments stay queued, since the disk of this worker is almost full");
      await tellWaiting();
    }
    return false;
  }
}

const text =
  "This deployment waits, since the disk of the worker is almost full. It starts by itself once there is more free space.";

/** Once for each deployment. */
async function tellWaiting(): Promise<void> {
  await db().$queryRaw`
    WITH "told" AS (
      INSERT INTO "deployment_log" ("organizationId", "deploymentId", "step", "stream", "text")
      SELECT d."organizationId", d."deploymentId", 'resolve', 'info', ${text} FROM "deployment" d
      WHERE d."status" = 'queued' AND NOT EXISTS (
        SELECT 1 FROM "deployment_log" l WHERE l."deploymentId" = d."deploymentId" AND l."text" = ${text})
      RETURNING "deploymentId")
    SELECT pg_notify(${changeChannel}, "deploymentId")::text AS "notified" FROM "told"`;
}
