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
    trigger: trigger.parse(row.trigger),
    tagPattern: row.tagPattern,
    watchPaths: row.watchPaths,
    spaFallback: row.spaFallback,
    variables: row.variables.map(({ name }) => ({ name, hasValue: true })),
    url: siteUrl(row.site),
    current: row.current && toDeployment(row.current),
  };
}
