import { readSteps } from "@/features/deployment/step";
import type { CommitStatus } from "@/providers/reporting";

interface Described {
  status: string;
  reasonCode: string | null;
  steps: unknown;
  checksDueAt: Date | null;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/**
 * A line beside the commit. On a public repository everyone reads it, so it names no host, file or person: those are on the
 * page that it links to.
 */
export function describeStatus(state: CommitStatus["state"], deployment: Described): string {
  if (state === "pending") return describePending(deployment);
  if (state === "success") return `Deployed${lasted(deployment)}`;
  if (state === "warning") return `Deployed${lasted(deployment)}, with warnings`;
  if (state === "failure") return `Failed${inStep(deployment)}`;
  return deployment.reasonCode === "deploy_superseded"
    ? "Left out: a newer deployment took its place"
    : "Cancelled";
}

function describePending({ status, checksDueAt }: Described): string {
  if (status === "running") return "Deploying";
  return checksDueAt ? "Waiting for the checks of this commit" : "Waiting to be deployed";
}

function lasted({ startedAt, finishedAt }: Described): string {
  if (!startedAt || !finishedAt) return "";
  const seconds = Math.max(1, Math.round((finishedAt.getTime() - startedAt.getTime()) / 1000));
  return seconds < 100 ? ` in ${seconds} s` : ` in ${Math.round(seconds / 60)} min`;
}

function inStep({ steps }: Described): string {
  const failed = readSteps(steps).find((step) => step.status === "failed");
  return failed ? ` in the step ${failed.name}` : "";
}
