import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  LoaderCircle,
  SkipForward,
  TriangleAlert,
} from "lucide-react";
import type { DeploymentStatus } from "@/features/deployment/contract";
import { StatusPill } from "@/ui/badge";

const looks = {
  queued: { tone: "neutral", icon: CircleDashed, word: "Queued" },
  running: { tone: "accent", icon: LoaderCircle, word: "Running", spin: true },
  succeeded: { tone: "good", icon: CircleCheck, word: "Succeeded" },
  failed: { tone: "bad", icon: CircleX, word: "Failed" },
  cancelled: { tone: "neutral", icon: Ban, word: "Cancelled" },
  skipped: { tone: "neutral", icon: SkipForward, word: "Skipped" },
} as const;

/** The status of a deployment; success with warnings is shown as such. */
export function DeploymentPill({ status, warnings = 0 }: { status: DeploymentStatus; warnings?: number }) {
  if (status !== "succeeded" || warnings === 0) return <StatusPill {...looks[status]} />;
  const word = `Succeeded, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
  return <StatusPill tone="warn" icon={TriangleAlert} word={word} />;
}

/** Whether a deployment is queued or running. */
export function isUnderway(status: DeploymentStatus): boolean {
  return status === "queued" || status === "running";
}
