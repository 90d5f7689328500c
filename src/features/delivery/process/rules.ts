import type { Environment } from "@/db/generated/client";
import { previewRulesOf } from "@/features/application/preview-contract";
import type { ApplicationRules } from "@/features/delivery/decide/common";
import type { EnvironmentRules } from "@/features/delivery/decide/push";
import type { AffectedApplication } from "@/features/delivery/process/affected";
import { triggers } from "@/features/environment/trigger";
import { patternsOf } from "@/git/pattern-list";

/** The configuration that a decision looks at, from the rows that hold it. */

export function applicationRules(application: AffectedApplication): ApplicationRules {
  const { gitProvider, repositoryId, repositoryUrl, repositoryFullName } = application;
  return {
    provider: { name: gitProvider.name, isActive: gitProvider.status === "active" },
    repository: { id: repositoryId ?? repositoryUrl, fullName: repositoryFullName },
    previews: previewRulesOf(application),
  };
}

export function environmentRules(environment: Environment): EnvironmentRules {
  const { environmentId, branch, branchPatterns, tagPattern, watchPaths, skipMarkers } = environment;
  return {
    environmentId,
    branch,
    branchPatterns,
    trigger: triggers.find((one) => one === environment.trigger) ?? "manual",
    tagPatterns: patternsOf(tagPattern),
    watchPaths,
    skipMarkers,
    frozen: environment.frozenReason === null ? null : { why: environment.frozenReason },
  };
}

/** Environments that follow pushes: all but the previews of requests, which follow their request. */
export function followsPushes({ requestNumber }: Pick<Environment, "requestNumber">): boolean {
  return requestNumber === null;
}
