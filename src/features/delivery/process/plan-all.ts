import type { AffectedApplication } from "@/features/delivery/process/affected";
import type { HostAnswers } from "@/features/delivery/process/host-answers";
import type { Affected } from "@/features/delivery/process/learn";
import { type Leading, type Plan, planOf, type Subject } from "@/features/delivery/process/plan";
import { followsPushes } from "@/features/delivery/process/rules";
import { type StoredDecision, subjectColumns } from "@/features/delivery/process/stored";
import { asFault, type Fault } from "@/lib/fault";
import type { HookItem } from "@/providers/webhook";

interface Plans {
  plans: Plan[];
  /** Environments for which nothing could be decided, and never will by this delivery. */
  failed: StoredDecision[];
}

/**
 * Decide all that a delivery is about, for each application that has to do with it.
 * @param isFinal whether a fault ends the decision about an environment; with another one all is tried again later
 */
export async function plansFor(
  affected: Affected[],
  answers: HostAnswers,
  isFinal: (fault: Fault) => boolean,
): Promise<Plans> {
  const all: Plans = { plans: [], failed: [] };
  for (const { item, applications } of affected) {
    if (!leads(item)) continue;
    for (const subject of applications.flatMap((application) => subjectsOf(item, application))) {
      try {
        all.plans.push(await planOf(item, subject, answers));
      } catch (error) {
        const fault = asFault(error);
        if (!isFinal(fault)) throw fault;
        all.failed.push(failed(item, subject, fault));
      }
    }
  }
  return { ...all, plans: withoutRepetition(all.plans) };
}

function leads(item: HookItem): item is Leading {
  return item.kind === "push" || item.kind === "pullRequest";
}

/** What an event may mean something to. */
function subjectsOf(event: Leading, application: AffectedApplication): Subject[] {
  if (event.kind === "pullRequest") return [{ application, environment: null }];
  return application.environments.filter(followsPushes).map((environment) => ({ application, environment }));
}

function failed(event: Leading, subject: Subject, { reason }: Fault): StoredDecision {
  return { ...subjectColumns(event, subject), decision: "failed", reason, deploymentId: null, trace: [] };
}

/** A delivery may tell of many refs: of those that mean nothing to an environment, the one that came furthest is kept. */
function withoutRepetition(plans: Plan[]): Plan[] {
  const ignored = new Map<string, Plan>();
  const acting: Plan[] = [];
  for (const plan of plans) {
    const key = `${plan.application.applicationId} ${plan.environment?.environmentId ?? ""}`;
    const best = ignored.get(key);
    if (plan.decision.outcome.kind !== "ignored") acting.push(plan);
    else if (!best || plan.decision.trace.length > best.decision.trace.length) ignored.set(key, plan);
  }
  const busy = new Set(acting.map(({ environment }) => environment?.environmentId));
  const idle = [...ignored.values()].filter(
    ({ environment }) => !environment || !busy.has(environment.environmentId),
  );
  return [...acting, ...idle];
}
