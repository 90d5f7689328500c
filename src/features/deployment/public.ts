import { z } from "zod";
import type { CommitReport, Deployment as Row } from "@/db/generated/client";
import { Deployment, type Step } from "@/features/deployment/contract";
import { reportStep, reportWarnings } from "@/features/deployment/report-step";
import { readSteps, withStep } from "@/features/deployment/step";
import { siteUrl } from "@/features/site/url";
import { SiteWarning } from "@/features/site/warning";
import { Commit } from "@/git/nouns";
import { messageOf, type Reason } from "@/lib/reason";
import type { ReasonParams } from "@/lib/reason/table";

/** A deployment row with what its answer needs beside it. */
export type DeploymentRow = Row & {
  environment: { name: string; site: string };
  report: CommitReport | null;
};

export const withEnvironment = {
  environment: { select: { name: true, site: true } },
  report: true,
} as const;

/**
 * What a row includes is read after the row itself. A preview may be removed in between: then its environment is null,
 * whatever the type says, and the deployment is as good as gone.
 */
export function isWhole(row: { environment: unknown } | null): boolean {
  return row !== null && row.environment !== null;
}

const { status, trigger } = Deployment.shape;

/** A deployment as the API shows it. Reason codes become messages here. */
export function toDeployment(row: DeploymentRow): Deployment {
  return {
    deploymentId: row.deploymentId,
    applicationId: row.applicationId,
    environmentId: row.environmentId,
    environment: row.environment.name,
    status: status.parse(row.status),
    commit: shownCommit(row.commit),
    ref: row.ref,
    trigger: trigger.parse(row.trigger),
    actor: row.actorName === null ? null : { userId: row.actorUserId ?? undefined, name: row.actorName },
    steps: stepsOf(row),
    promotedFromId: row.promotedFromId,
    reason: reasonOf(row),
    warnings: warningsOf(row),
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    url: row.released ? siteUrl(row.environment.site) : null,
  };
}

function stepsOf({ steps, status, report }: DeploymentRow): Step[] {
  const change = reportStep(status, report);
  return change ? withStep(readSteps(steps), "report", change) : readSteps(steps);
}

function warningsOf({ warnings, report }: DeploymentRow): Deployment["warnings"] {
  const stored = z.array(SiteWarning).safeParse(warnings).data ?? [];
  const shown = stored.map((warning) => ({ code: warning.code, message: messageOf(warning) }));
  return [...shown, ...reportWarnings(report)];
}

/** Null until the commit's details are known, a moment after its id. */
function shownCommit(value: unknown): Commit | null {
  const commit = Commit.safeParse(value).data;
  return commit && commit.committedAt !== "" ? commit : null;
}

function reasonOf(row: Row): Deployment["reason"] {
  const reason = waitOf(row) ?? storedReason(row);
  return reason && { code: reason.code, message: messageOf(reason) };
}

function storedReason({ reasonCode, reasonParams }: Row): Reason | null {
  return reasonCode === null
    ? null
    : { code: reasonCode, params: (reasonParams ?? undefined) as ReasonParams | undefined };
}

/** Why a queued deployment is not taken by a worker, where it is not only its turn. */
function waitOf({ status, checksDueAt, checksUntil }: Row): Reason | null {
  if (status !== "queued" || !checksDueAt || !checksUntil) return null;
  const until = `${checksUntil.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return { code: "checks_awaited", params: { until } };
}
