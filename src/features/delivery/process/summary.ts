import type { DeliveryDecision } from "@/features/delivery/contract";
import { decide } from "@/features/delivery/decide/decide";
import type { StoredDecision, StoredTrace } from "@/features/delivery/process/stored";
import type { Reason } from "@/lib/reason";
import type { HookItem } from "@/providers/webhook";

/** What a delivery is about and what came of it: the columns by which it is found. */
export interface Summary {
  event: string;
  repositoryId: string | null;
  repositoryFullName: string | null;
  ref: string | null;
  sha: string | null;
  pullRequest: number | null;
  decision: DeliveryDecision;
  reason: Reason | null;
  environments: StoredDecision[];
  trace: StoredTrace;
}

/** What happened to any environment counts, a failure first: it is what somebody has to look at. */
const order: readonly DeliveryDecision[] = ["failed", "deployed", "coalesced", "ignored"];

/** @param learned what the events said of repositories and installations, and what was done about it */
export function summaryOf(items: HookItem[], environments: StoredDecision[], learned: StoredTrace): Summary {
  const about = aboutOf(items);
  const decision = order.find((one) => environments.some((each) => each.decision === one));
  if (!decision) {
    const isSettled = learned.some(({ rule }) => rule === "event");
    const own = isSettled ? [] : traceOf(items, about.repositoryFullName ?? about.repositoryId);
    const trace = [...own, ...learned];
    return { ...about, decision: "ignored", reason: trace[0]?.detail ?? null, environments, trace };
  }
  const reason = reasonOf(environments.filter((each) => each.decision === decision));
  return { ...about, decision, reason, environments, trace: learned };
}

/** Of several that were ignored, the one that came furthest says most. */
function reasonOf(environments: StoredDecision[]): Reason | null {
  const [most] = environments.toSorted((one, other) => other.trace.length - one.trace.length);
  return most?.reason ?? null;
}

/** Why a delivery meant nothing to any environment. */
function traceOf(items: HookItem[], repository: string | null): StoredTrace {
  const [item] = items;
  if (!item) return [];
  if (item.kind === "push" || item.kind === "pullRequest") {
    const detail = { code: "delivery_no_application", params: { repository } };
    return [{ rule: "application", outcome: "stop", detail }];
  }
  return decide(item, { application: nobody, environment: null }).trace;
}

/** Events without a ref are decided by their kind alone. */
const nobody = {
  provider: { name: "", isActive: true },
  repository: { id: null, fullName: "" },
  previews: null,
};

type About = Pick<Summary, "event" | "repositoryId" | "repositoryFullName" | "ref" | "sha" | "pullRequest">;

/** What a delivery is about, whatever came of it. */
export function aboutOf(items: HookItem[]): About {
  const [item] = items;
  const repository = item && "repository" in item ? item.repository : undefined;
  return {
    event: item ? eventName(item) : "",
    repositoryId: repository?.id ?? null,
    repositoryFullName: repository?.fullName ?? null,
    ...movedOf(item),
  };
}

function movedOf(item: HookItem | undefined): Pick<About, "ref" | "sha" | "pullRequest"> {
  if (item?.kind === "push") return { ref: item.ref, sha: item.commit ?? item.after, pullRequest: null };
  if (item?.kind !== "pullRequest") return { ref: null, sha: null, pullRequest: null };
  return { ref: item.head.ref, sha: item.head.sha, pullRequest: item.number };
}

function eventName(item: HookItem): string {
  if (item.kind === "ignored") return item.event;
  return item.kind === "push" && item.refKind === "tag" ? "tag" : item.kind;
}
