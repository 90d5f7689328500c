import type { Reason } from "@/lib/reason";

export type Rule =
  | "event"
  | "provider"
  | "repository"
  | "trigger"
  | "ref"
  | "deleted"
  | "changed"
  | "frozen"
  | "skipMarker"
  | "paths"
  | "head"
  | "current"
  | "previews"
  | "state"
  | "base"
  | "labels"
  | "draft"
  | "fork"
  | "limit";

/** One rule that was looked at. `skip`: it says nothing here, and the next one is looked at. */
interface TraceEntry {
  rule: Rule;
  outcome: "pass" | "stop" | "skip";
  detail: Reason;
}

/** What has to be asked of the host before a decision; it is then made again with the answer among the facts. */
export type Question = "head" | "changedPaths";

export type Outcome =
  /** `environmentId` is null for a preview that is not there yet. A fork never gets secrets. */
  | { kind: "deploy"; environmentId: string | null; sha: string; withSecrets: boolean }
  | { kind: "ignored"; reason: Reason }
  | { kind: "ask"; question: Question }
  /** A member with the permission has to approve this commit of a fork first. */
  | { kind: "approval"; sha: string; reason: Reason }
  | { kind: "remove"; environmentId: string; reason: Reason };

export interface Decision {
  outcome: Outcome;
  trace: TraceEntry[];
}

/** What a rule found. Without an outcome of its own, one that stops has the event ignored for its reason. */
export type Finding =
  | { outcome: "pass" | "skip"; detail: Reason }
  | { outcome: "stop"; detail: Reason; end?: Outcome };

export type Check<Context> = (context: Context) => Finding;

/** Look at the rules in their order until one stops; `otherwise` is the outcome when none does. */
export function runRules<Context>(
  rules: readonly (readonly [Rule, Check<Context>])[],
  context: Context,
  otherwise: (context: Context) => Outcome,
): Decision {
  const trace: TraceEntry[] = [];
  for (const [rule, check] of rules) {
    const finding = check(context);
    trace.push({ rule, outcome: finding.outcome, detail: finding.detail });
    if (finding.outcome === "stop")
      return { outcome: finding.end ?? { kind: "ignored", reason: finding.detail }, trace };
  }
  return { outcome: otherwise(context), trace };
}

export function pass(code: string, params?: Reason["params"]): Finding {
  return { outcome: "pass", detail: reasonOf(code, params) };
}

export function skip(code: string, params?: Reason["params"]): Finding {
  return { outcome: "skip", detail: reasonOf(code, params) };
}

export function stop(code: string, params?: Reason["params"]): Finding {
  return { outcome: "stop", detail: reasonOf(code, params) };
}

export function ask(question: Question, code: string): Finding {
  return { outcome: "stop", detail: { code }, end: { kind: "ask", question } };
}

function reasonOf(code: string, params: Reason["params"]): Reason {
  return params ? { code, params } : { code };
}
