import { type Db, db, transaction } from "@/db/client";
import { deployJob } from "@/features/deployment/job";
import { leaseSeconds } from "@/features/deployment/lease";
import { enqueueNext } from "@/features/deployment/run/finish";
import { type Ending, endOrphan, type Orphan, requeueOrphan } from "@/features/deployment/state";
import { log } from "@/lib/log";
import { enqueue } from "@/queue/enqueue";

/** After this many tries that ended with a dead process, a deployment fails. */
export const maxTries = 3;

interface Lost extends Orphan {
  organizationId: string;
  environmentId: string;
  released: boolean;
  cancelled: boolean;
}

/** Handle deployments whose process died: queue them again, or end them with a reason. Returns how many. */
export async function recover(): Promise<number> {
  let count = 0;
  while (await recoverOne()) count++;
  return count;
}

function recoverOne(): Promise<boolean> {
  return transaction(async (tx) => {
    const [orphan] = await tx.$queryRaw<Lost[]>`
      SELECT "deploymentId", "organizationId", "environmentId", "tries" + 1 AS "tries", "steps", "released",
        "cancelRequestedAt" IS NOT NULL AS "cancelled"
      FROM "deployment" WHERE "status" = 'running' AND ("leaseExpiresAt" < clock_timestamp()
        -- No process takes so long a lease: the clock of the database went back since.
        OR "leaseExpiresAt" > clock_timestamp() + make_interval(secs => ${2 * leaseSeconds}))
      LIMIT 1 FOR UPDATE SKIP LOCKED`;
    if (!orphan) return false;
    log.warn({ deploymentId: orphan.deploymentId, tries: orphan.tries }, "a deployment lost its process");
    await settle(tx, orphan);
    return true;
  });
}

/** Complete a deployment that was already published, instead of running it again. */
async function settle(tx: Db, orphan: Lost): Promise<void> {
  if (orphan.released) return end(tx, orphan, { status: "succeeded" });
  if (orphan.cancelled) return end(tx, orphan, { status: "cancelled" });
  if (orphan.tries < maxTries) return again(tx, orphan);
  const reason = { code: "process_died", params: { tries: orphan.tries } };
  await end(tx, orphan, { status: "failed", reason });
}

async function again(tx: Db, orphan: Lost): Promise<void> {
  const { deploymentId, organizationId, tries } = orphan;
  await requeueOrphan(tx, orphan);
  const text = `The process that ran this deployment ended. It begins anew (try ${tries + 1} of ${maxTries}).`;
  await tx.deploymentLog.create({
    data: { organizationId, deploymentId, step: "resolve", stream: "info", text },
  });
  await enqueue(tx, deployJob, { deploymentId });
}

async function end(tx: Db, orphan: Lost, ending: Pick<Ending, "status" | "reason">): Promise<void> {
  await endOrphan(tx, orphan, ending);
  await enqueueNext(tx, orphan.environmentId);
}

/** A queued deployment that could run and has waited for a while: its job was lost, so it gets another. */
export async function requeueStalled(): Promise<void> {
  const [waiting] = await db().$queryRaw<{ deploymentId: string }[]>`
    SELECT d."deploymentId" FROM "deployment" d
    WHERE d."status" = 'queued' AND d."checksDueAt" IS NULL AND d."createdAt" < clock_timestamp() - interval '5 seconds' AND NOT EXISTS (
      SELECT 1 FROM "deployment" o WHERE o."environmentId" = d."environmentId" AND o."status" = 'running')
    ORDER BY d."createdAt" LIMIT 1`;
  if (waiting) await enqueue(db(), deployJob, waiting);
}
