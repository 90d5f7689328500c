import type { Environment, PreviewComment } from "@/db/generated/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import { type DeploymentRow, toDeployment, withEnvironment } from "@/features/deployment/public";
import type { Preview } from "@/features/preview/contract";
import { previewState } from "@/features/preview/state";
import { storedReason } from "@/features/preview/stored-reason";
import { siteUrl } from "@/features/site/url";
import { messageOf, type Reason } from "@/lib/reason";

/** A preview with what its answer needs beside it. */
export type PreviewRow = Environment & {
  current: DeploymentRow | null;
  /** The newest one alone. */
  deployments: DeploymentRow[];
  application: { name: string; previews: unknown };
};

export const withLatest = {
  current: { include: withEnvironment },
  deployments: { include: withEnvironment, orderBy: { createdAt: "desc" }, take: 1 },
  application: { select: { name: true, previews: true } },
} as const;

/** A preview as the API shows it. */
export function toPreview(row: PreviewRow, comment: PreviewComment | null): Preview {
  const rules = previewRulesOf(row.application);
  const [latest = null] = row.deployments;
  const { state, reason } = previewState(row, latest, rules);
  const commentReason = comment && storedReason(comment.reasonCode, comment.reasonParams);
  return {
    environmentId: row.environmentId,
    applicationId: row.applicationId,
    name: row.name,
    url: siteUrl(row.site),
    branch: row.branch,
    pullRequest: requestOf(row),
    isFork: row.isFork,
    state,
    sha: row.headSha,
    reason: shown(reason ?? commentReason),
    comment: comment && rules?.comment ? { url: comment.url, reason: shown(commentReason) } : null,
    // Read with the row itself: it may be removed before what is included is read.
    current: row.current && toDeployment({ ...row.current, environment: row }),
    latest: latest && toDeployment({ ...latest, environment: row }),
    createdAt: row.createdAt.toISOString(),
    lastActivityAt: row.lastActivityAt?.toISOString() ?? null,
  };
}

function requestOf(row: Environment): Preview["pullRequest"] {
  const { requestNumber: number, requestTitle: title, requestUrl: url, requestAuthor: author } = row;
  return number === null ? null : { number, title: title ?? "", url, author };
}

export function shown(reason: Reason | null): Preview["reason"] {
  return reason && { code: reason.code, message: messageOf(reason) };
}
