import type { Environment } from "@/db/generated/client";
import type { PreviewRules } from "@/features/application/preview-contract";
import type { DeploymentRow } from "@/features/deployment/public";
import type { Preview } from "@/features/preview/contract";
import { storedReason } from "@/features/preview/stored-reason";
import type { Reason } from "@/lib/reason";

export interface PreviewState {
  state: Preview["state"];
  reason: Reason | null;
}

type Latest = Pick<DeploymentRow, "status" | "reasonCode" | "reasonParams">;

/** What there is to say of a preview: of its newest commit, whatever its site shows of an earlier one. */
export function previewState(
  preview: Pick<Environment, "isFork" | "headSha" | "approvedShas">,
  latest: Latest | null,
  rules: Pick<PreviewRules, "forks"> | null,
): PreviewState {
  const { isFork, headSha, approvedShas } = preview;
  if (isFork && rules?.forks !== "always" && !approvedShas.includes(headSha ?? "")) {
    if (rules?.forks === "never") return { state: "waiting", reason: { code: "rule_fork_never" } };
    const sha = headSha?.slice(0, 8) ?? "";
    return { state: "approval", reason: { code: "rule_fork_approval", params: { sha } } };
  }
  return latest ? ofDeployment(latest) : { state: "waiting", reason: null };
}

function ofDeployment({ status, reasonCode, reasonParams }: Latest): PreviewState {
  if (status === "queued" || status === "running") return { state: "deploying", reason: null };
  if (status === "succeeded") return { state: "ready", reason: null };
  const state = status === "skipped" ? "waiting" : "failed";
  return { state, reason: storedReason(reasonCode, reasonParams) };
}
