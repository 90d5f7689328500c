import type { Caller } from "@/access/caller";
import type { Environment as Row } from "@/db/generated/client";
import type { UpdateEnvironment } from "@/features/environment/contract";
import { checkedNextRun } from "@/features/environment/cron";

type Given = Omit<UpdateEnvironment, "environmentId" | "variables" | "promotesFrom">;
type Stored = Pick<Row, "frozenReason" | "frozenAt" | "schedule">;

const none: Stored = { frozenReason: null, frozenAt: null, schedule: null };

/**
 * The columns of what an environment deploys and when. What is absent stays as it is.
 * @param before the stored row; absent for a new environment
 * @throws Fault `invalid_input` reason `schedule_*`
 */
export async function ruleColumns({ name }: Caller, given: Given, before: Stored = none) {
  return {
    branch: given.branch,
    branchPatterns: given.branchPatterns,
    trigger: given.trigger,
    tagPattern: given.tagPattern === "" ? null : (given.tagPattern ?? undefined),
    watchPaths: given.watchPaths,
    skipMarkers: given.skipMarkers,
    spaFallback: given.spaFallback,
    waitForChecks: given.waitForChecks,
    checksTimeoutMinutes: given.checksTimeoutMinutes,
    ...frozenColumns(given, before, name),
    ...(await scheduleColumns(given, before)),
  };
}

/** A client that sends back what it read changes nothing, not even who froze it. */
function frozenColumns({ frozen }: Given, before: Stored, frozenBy: string) {
  if (frozen === undefined || frozen?.reason === before.frozenReason) return {};
  if (frozen === null) return { frozenReason: null, frozenAt: null, frozenBy: null };
  return { frozenReason: frozen.reason, frozenAt: before.frozenAt ?? new Date(), frozenBy };
}

async function scheduleColumns({ schedule }: Given, before: Stored) {
  if (schedule === undefined || schedule === before.schedule) return {};
  if (!schedule) return { schedule: null, scheduleDueAt: null };
  return { schedule, scheduleDueAt: await checkedNextRun(schedule, new Date()) };
}
