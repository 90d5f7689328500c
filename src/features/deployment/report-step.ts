import type { CommitReport } from "@/db/generated/client";
import type { Deployment, Step } from "@/features/deployment/contract";
import { hasEnded } from "@/features/deployment/status";
import { messageOf, type Reason } from "@/lib/reason";
import type { ReasonParams } from "@/lib/reason/table";

type Report = Pick<
  CommitReport,
  | "wanted"
  | "wantedAt"
  | "told"
  | "toldAt"
  | "dueAt"
  | "tries"
  | "reasonCode"
  | "reasonParams"
  | "isSupported"
>;

/**
 * The step "report" goes on after the deployment has ended, and nothing waits for it: it is what the host was told so far.
 * @returns null when the stored step stands: the deployment goes on, or there is nothing to tell
 */
export function reportStep(
  status: string,
  report: Report | null,
): Pick<Step, "status" | "startedAt" | "finishedAt"> | null {
  if (!report?.isSupported || !hasEnded({ status })) return null;
  const startedAt = report.wantedAt.toISOString();
  // The end of the deployment has not reached the report yet.
  if (report.wanted === "pending") return { status: "running", startedAt, finishedAt: null };
  if (report.told === report.wanted) {
    return { status: "succeeded", startedAt, finishedAt: report.toldAt?.toISOString() ?? startedAt };
  }
  if (report.dueAt) return { status: "running", startedAt, finishedAt: null };
  // Without a reason a newer deployment of the same commit was told in its place.
  return { status: report.reasonCode ? "failed" : "skipped", startedAt, finishedAt: startedAt };
}

/** After so many failures a person should know, though it is still tried. */
const toldAfterTries = 3;

/** What went wrong when the host was to be told, and whether it is tried again. */
export function reportWarnings(report: Report | null): Deployment["warnings"] {
  const reason = report && warningOf(report);
  return reason ? [{ code: reason.code, message: messageOf(reason) }] : [];
}

function warningOf({ reasonCode, reasonParams, dueAt, tries }: Report): Reason | null {
  if (!reasonCode) return null;
  const cause = { code: reasonCode, params: (reasonParams ?? undefined) as ReasonParams | undefined };
  if (dueAt && tries < toldAfterTries) return null;
  if (dueAt) return { code: "status_delayed", params: { said: messageOf(cause) } };
  // Its words say already what is shown where, and what to change.
  if (reasonCode === "status_not_allowed") return cause;
  return { code: "status_not_told", params: { said: messageOf(cause) } };
}
