import { Ban, CircleCheck, CircleDashed, CircleX, LoaderCircle, SkipForward } from "lucide-react";
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

export function DeploymentPill({ status }: { status: DeploymentStatus }) {
  return <StatusPill {...looks[status]} />;
}

/** Whether a deployment is still to end. */
export function isUnderway(status: DeploymentStatus): boolean {
  return status === "queued" || status === "running";
}
