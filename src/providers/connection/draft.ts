import { type Check, type CheckId, checkIds, checkLabels, type Report } from "@/providers/connection/report";

/** What one check found, without its place in the report. */
export type Verdict = Pick<Check, "status" | "detail" | "fix"> & { label?: string };

/** A report while it is being made. */
export interface Draft {
  verdicts: Map<CheckId, Verdict>;
  facts: Omit<Report, "ok" | "summary" | "checks">;
  /** How many repositories are visible, in words. */
  visible?: string;
}

export function emptyDraft(): Draft {
  return { verdicts: new Map(), facts: {} };
}

export function pass(detail: string): Verdict {
  return { status: "pass", detail };
}

export function skip(detail: string): Verdict {
  return { status: "skip", detail };
}

export function warn(detail: string, fix?: Check["fix"]): Verdict {
  return { status: "warn", detail, ...(fix ? { fix } : {}) };
}

export function fail(detail: string, fix?: Check["fix"]): Verdict {
  return { status: "fail", detail, ...(fix ? { fix } : {}) };
}

/** Every check in order; one without a verdict says which failure kept it from being tried. */
export function allChecks(draft: Draft): Check[] {
  const cause = checkIds.find((id) => draft.verdicts.get(id)?.status === "fail");
  const label = cause && (draft.verdicts.get(cause)?.label ?? checkLabels[cause]);
  const untried = skip(label ? `Not tried, because this failed: ${label}.` : "Not tried.");
  return checkIds.map((id) => ({ id, label: checkLabels[id], ...(draft.verdicts.get(id) ?? untried) }));
}

/** The time is up: the first check without a verdict is the slow one. */
export function blameSlowHost(draft: Draft, host: string, seconds: number): void {
  const at = checkIds.find((id) => !draft.verdicts.has(id));
  if (!at) return;
  const detail = `${host} is too slow: this check had no answer when the ${seconds} s of the test were over.`;
  draft.verdicts.set(
    at,
    fail(detail, { text: "Check the load of the host and the network to it, then test again." }),
  );
  for (const id of checkIds) {
    if (!draft.verdicts.has(id)) draft.verdicts.set(id, skip("Not tried, because the time was over."));
  }
}
