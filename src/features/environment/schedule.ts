import { type Db, db, transaction } from "@/db/client";
import type { Environment } from "@/db/generated/client";
import { insertDeployment, leaveOut } from "@/features/deployment/enqueue";
import { frozenReason } from "@/features/deployment/frozen";
import { nextRun } from "@/features/environment/cron";
import { described } from "@/lib/described";
import { assertDiskSpace } from "@/lib/disk";
import { log } from "@/lib/log";
import type { Reason } from "@/lib/reason";

/** Environments of one round; the others follow in the next. */
const atOnce = 100;

/**
 * Deploy the environments whose schedule is due. Several workers deploy each once, and one that was away deploys once
 * for all runs that it missed.
 * @returns how many were queued
 */
export async function deployScheduled(now = new Date()): Promise<number> {
  const due = await db().environment.findMany({
    where: { scheduleDueAt: { lte: now } },
    select: { environmentId: true },
    orderBy: { scheduleDueAt: "asc" },
    take: atOnce,
  });
  if (due.length === 0) return 0;
  await assertDiskSpace();
  let queued = 0;
  for (const { environmentId } of due) if (await deployOne(environmentId, now)) queued++;
  return queued;
}

/** One that cannot be queued must not stop the others. */
async function deployOne(environmentId: string, now: Date): Promise<boolean> {
  try {
    return await transaction((tx) => takeRun(tx, environmentId, now));
  } catch (error) {
    log.warn({ environmentId, ...described(error) }, "a scheduled deployment could not be queued");
    return false;
  }
}

async function takeRun(tx: Db, environmentId: string, now: Date): Promise<boolean> {
  const [row] = await tx.$queryRaw<Environment[]>`SELECT * FROM "environment"
    WHERE "environmentId" = ${environmentId} AND "scheduleDueAt" <= ${now} FOR UPDATE SKIP LOCKED`;
  if (!row?.schedule) return false;
  const scheduleDueAt = await nextRun(row.schedule, now);
  await tx.environment.update({ where: { environmentId }, data: { scheduleDueAt } });
  const why = await hindrance(tx, row);
  if (why) await leaveOut(tx, actor(row), wanted(row), why);
  else await insertDeployment(tx, actor(row), wanted(row));
  return why === null;
}

async function hindrance(tx: Db, row: Environment): Promise<Reason | null> {
  const frozen = frozenReason(row);
  if (frozen) return frozen;
  const { organizationId, applicationId } = row;
  const application = await tx.application.findFirst({
    where: { applicationId, organizationId },
    select: { gitProvider: { select: { name: true, status: true } } },
  });
  if (application?.gitProvider.status === "active") return null;
  return { code: "provider_inactive", params: { name: application?.gitProvider.name ?? "" } };
}

function actor({ organizationId }: Environment) {
  return { organizationId, userId: null, name: "", kind: "schedule" as const };
}

function wanted({ applicationId, environmentId, branch }: Environment) {
  return { applicationId, environmentId, ref: branch, trigger: "schedule" as const };
}
