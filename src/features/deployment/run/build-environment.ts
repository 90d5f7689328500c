import path from "node:path";
import type { Run } from "@/features/deployment/run/run";
import { siteUrl } from "@/features/site/url";
import { childEnv } from "@/lib/env";

/**
 * The whole environment of a build command: PATH, HOME and temporary folders, what is built, and the variables of the
 * deployment environment. None of Slipway's own settings.
 */
export function buildEnvironment(
  { commit, ref, environment }: Pick<Run, "commit" | "ref" | "environment">,
  { home, temp }: { home: string; temp: string },
  variables: Record<string, string>,
): Record<string, string> {
  const sha = commit?.sha ?? "";
  return {
    PATH: buildPath(childEnv().PATH),
    HOME: home,
    TMPDIR: temp,
    LANG: "C.UTF-8",
    CI: "true",
    ...variables,
    SLIPWAY_COMMIT_SHA: sha,
    SLIPWAY_BRANCH: ref === sha ? environment.branch : ref,
    SLIPWAY_ENVIRONMENT: environment.name,
    SLIPWAY_DEPLOYMENT_URL: siteUrl(environment.site),
  };
}

/**
 * The search path without the programs that came with Slipway: `npm start` puts its folder in front, and a build that
 * forgot to install its tools would find Slipway's. A relative entry would be read in the repository.
 */
export function buildPath(given = ""): string {
  const own = /(^|[\\/])(node_modules[\\/]\.bin|node-gyp-bin)[\\/]?$/;
  const kept = given.split(path.delimiter).filter((entry) => path.isAbsolute(entry) && !own.test(entry));
  return kept.join(path.delimiter) || "/usr/local/bin:/usr/bin:/bin";
}
