import { type Db, db, transaction } from "@/db/client";
import type { Deployment, Environment } from "@/db/generated/client";
import type { Actor } from "@/features/deployment/actor";
import type { Deployment as Shown } from "@/features/deployment/contract";
import { insertDeployment, leaveOut } from "@/features/deployment/enqueue";
import type { Follower } from "@/features/deployment/events";
import { frozenReason } from "@/features/deployment/frozen";
import { promotionOf } from "@/features/environment/promote";
import { assertDiskSpace } from "@/lib/disk";

/** Publishes what an environment serves also in those that promote from it. */
export const promoteFollower: Follower = {
  name: "promote",
  concurrency: 1,
  async handle({ deploymentId, status }) {
    if (status !== "succeeded") return;
    const served = await db().deployment.findUnique({
      where: { deploymentId },
      include: { currentOf: { select: { environmentId: true } } },
    });
    // Another one is served by now: its own event follows.
    if (!served || served.currentOf.length === 0) return;
    const { organizationId, environmentId: promotesFromId } = served;
    const targets = await db().environment.findMany({
      where: { organizationId, promotesFromId },
      select: { environmentId: true },
    });
    if (targets.length > 0) await assertDiskSpace();
    for (const { environmentId } of targets) {
      await transaction((tx) => promoteOnce(tx, served, environmentId));
    }
  },
};

/** An event may be told twice: the row of the environment is locked, and what was promoted already is not again. */
async function promoteOnce(tx: Db, served: Deployment, environmentId: string): Promise<void> {
  const [target] = await tx.$queryRaw<Environment[]>`SELECT * FROM "environment"
    WHERE "environmentId" = ${environmentId} FOR UPDATE`;
  const { organizationId, deploymentId, actorUserId, actorName } = served;
  const known = await tx.deployment.count({ where: { environmentId, promotedFromId: deploymentId } });
  if (!target || known > 0) return;
  const actor: Actor = { organizationId, userId: actorUserId, name: actorName ?? "", kind: "member" };
  const trigger = served.trigger as Shown["trigger"];
  const wanted = { ...promotionOf(served), environmentId, trigger };
  const frozen = frozenReason(target);
  if (frozen) await leaveOut(tx, actor, wanted, frozen);
  else await insertDeployment(tx, actor, wanted);
}
