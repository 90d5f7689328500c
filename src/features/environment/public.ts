import type { Environment as Row } from "@/db/generated/client";
import { type DeploymentRow, toDeployment, withEnvironment } from "@/features/deployment/public";
import { Environment } from "@/features/environment/contract";
import { siteUrl } from "@/features/site/url";

/** An environment row with what its answer needs beside it. */
export type EnvironmentRow = Row & { current: DeploymentRow | null; variables: { name: string }[] };

/** Values of variables are never read for an answer. */
export const withCurrent = {
  current: { include: withEnvironment },
  variables: { select: { name: true }, orderBy: { name: "asc" } },
} as const;

const { kind, trigger } = Environment.shape;

/** An environment as the API shows it. */
export function toEnvironment(row: EnvironmentRow): Environment {
  return {
    environmentId: row.environmentId,
    applicationId: row.applicationId,
    name: row.name,
    kind: kind.parse(row.kind),
    branch: row.branch,
    branchPatterns: row.branchPatterns,
    trigger: trigger.parse(row.trigger),
    tagPattern: row.tagPattern,
    watchPaths: row.watchPaths,
    skipMarkers: row.skipMarkers,
    frozen: frozenOf(row),
    waitForChecks: row.waitForChecks,
    checksTimeoutMinutes: row.checksTimeoutMinutes,
    schedule: row.schedule,
    scheduleDueAt: row.scheduleDueAt?.toISOString() ?? null,
    promotesFrom: row.promotesFromId,
    spaFallback: row.spaFallback,
    variables: row.variables.map(({ name }) => ({ name, hasValue: true })),
    url: siteUrl(row.site),
    current: row.current && toDeployment({ ...row.current, environment: row }),
  };
}

function frozenOf({ frozenReason, frozenAt, frozenBy }: Row): Environment["frozen"] {
  if (frozenReason === null || frozenAt === null) return null;
  return { reason: frozenReason, at: frozenAt.toISOString(), by: frozenBy ?? "" };
}
