import { annotate } from "@/access/audit-context";
import { type Db, transaction } from "@/db/client";
import type { Actor } from "@/features/deployment/actor";
import type { Deployment } from "@/features/deployment/contract";
import { deployJob } from "@/features/deployment/job";
import type { DeploymentRow } from "@/features/deployment/public";
import { insertQueued, insertSkipped, skipQueued } from "@/features/deployment/state";
import type { Commit } from "@/git/nouns";
import { assertDiskSpace } from "@/lib/disk";
import type { Reason } from "@/lib/reason";
import { enqueue } from "@/queue/enqueue";

export interface Wanted {
  applicationId: string;
  environmentId: string;
  ref: string;
  trigger: Deployment["trigger"];
  /** The commit when it is known already; otherwise the ref is resolved when the deployment starts. */
  commit?: Commit;
  rollbackOfId?: string;
  /** The deployment of another environment whose release is published, without fetching or building. */
  promotedFromId?: string | null;
  /** The provider of which the actor may choose any repository. */
  repositoriesOf?: string;
  /** False for code of strangers, a fork: it gets no variables and no other repository. True unless given. */
  withSecrets?: boolean;
  /** The whole name of a ref of the application's repository that holds the commit, such as `refs/pull/7/head`. */
  fetchRef?: string | null;
}

/**
 * Queue a deployment and its job together. Deployments still queued for the same environment are skipped. The disk is
 * asked before the transaction, since a slow one would hold the environment's row and a connection.
 * @throws Fault `unavailable` reason `disk_low` when there is no room for another one
 */
export async function enqueueDeployment(actor: Actor, wanted: Wanted): Promise<DeploymentRow> {
  await assertDiskSpace();
  return transaction((tx) => insertDeployment(tx, actor, wanted));
}

/** As `enqueueDeployment`, for those who are in a transaction already and have asked for disk space before. */
export async function insertDeployment(tx: Db, actor: Actor, wanted: Wanted): Promise<DeploymentRow> {
  // Serialized by the environment's row: concurrent calls would not see each other's deployment to skip.
  const [environment] = await tx.$queryRaw<ChecksRule[]>`SELECT "waitForChecks", "checksTimeoutMinutes"
    FROM "environment" WHERE "environmentId" = ${wanted.environmentId} FOR UPDATE`;
  await skipQueued(tx, wanted.environmentId);
  const row = await insertQueued(tx, {
    ...columnsOf(actor, wanted),
    ...checksWait(environment, wanted),
  });
  annotate({ details: { deploymentId: row.deploymentId, ref: wanted.ref } });
  if (!row.checksDueAt) await enqueue(tx, deployJob, { deploymentId: row.deploymentId });
  return row;
}

/**
 * Leave out a deployment that nobody is there to be refused: it stands among the others with the reason. What is queued
 * for the environment keeps its turn.
 */
export async function leaveOut(tx: Db, actor: Actor, wanted: Wanted, reason: Reason): Promise<void> {
  await insertSkipped(tx, columnsOf(actor, wanted), reason);
}

function columnsOf({ organizationId, userId, name }: Actor, wanted: Wanted) {
  return {
    ...wanted,
    ...(wanted.withSecrets === false && { repositoriesOf: null }),
    organizationId,
    actorUserId: userId,
    actorName: name || null,
  };
}

interface ChecksRule {
  waitForChecks: boolean;
  checksTimeoutMinutes: number;
}

/** Checks are of what is to be built; a release that was published before is not held up. */
function checksWait(rule: ChecksRule | undefined, { rollbackOfId, promotedFromId }: Wanted) {
  if (!rule?.waitForChecks || rollbackOfId || promotedFromId) return null;
  const now = Date.now();
  return { checksDueAt: new Date(now), checksUntil: new Date(now + rule.checksTimeoutMinutes * 60_000) };
}
