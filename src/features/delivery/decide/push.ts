import {
  type ApplicationRules,
  commitOf,
  currentRule,
  type Facts,
  headRule,
  providerRule,
  repositoryRule,
} from "@/features/delivery/decide/common";
import { skipMarkerIn } from "@/features/delivery/decide/skip-marker";
import {
  ask,
  type Check,
  type Decision,
  pass,
  type Rule,
  runRules,
  skip,
  stop,
} from "@/features/delivery/decide/trace";
import { namePattern, pathPattern } from "@/git/pattern";
import type { PushEvent } from "@/providers/webhook";

/** The rules of one environment that is always there. */
export interface EnvironmentRules {
  environmentId: string;
  branch: string;
  /** In place of the branch, where there are any. */
  branchPatterns: string[];
  trigger: "push" | "tag" | "manual";
  /** None: all tags. */
  tagPatterns: string[];
  /** None: every change counts. */
  watchPaths: string[];
  skipMarkers: boolean;
  /** Why nothing is to be deployed for now. */
  frozen: { why: string } | null;
}

interface Context {
  event: PushEvent;
  application: ApplicationRules;
  environment: EnvironmentRules;
  facts: Facts;
}

const rules: readonly (readonly [Rule, Check<Context>])[] = [
  ["provider", ({ application }) => providerRule(application)],
  ["repository", ({ application, event }) => repositoryRule(application, event.repository)],
  ["trigger", trigger],
  ["ref", ref],
  [
    "deleted",
    ({ event }) => (event.deleted ? stop("rule_ref_deleted", { ref: event.ref }) : pass("rule_ref_there")),
  ],
  ["changed", changed],
  [
    "frozen",
    ({ environment: { frozen } }) => (frozen ? stop("rule_frozen", frozen) : pass("rule_not_frozen")),
  ],
  ["skipMarker", skipMarker],
  ["paths", paths],
  ["head", ({ event, facts }) => headRule(event.commit, facts)],
  ["current", ({ event, facts }) => currentRule(commitOf(event.commit, facts), facts)],
];

/** Does this push lead to a deployment of the environment, of which commit, and if not, why? */
export function decidePush(context: Context): Decision {
  return runRules(rules, context, ({ event, environment, facts }) => ({
    kind: "deploy",
    environmentId: environment.environmentId,
    sha: commitOf(event.commit, facts),
    withSecrets: true,
  }));
}

function trigger({ event, environment }: Context) {
  if (environment.trigger === "manual") return stop("rule_trigger_manual");
  const wanted = environment.trigger === "tag" ? "tag" : "branch";
  const params = { wanted, got: event.refKind };
  return event.refKind === wanted ? pass("rule_trigger_fits", params) : stop("rule_trigger_other", params);
}

function ref({ event, environment }: Context) {
  const { ref: name, refKind } = event;
  const { branch, branchPatterns, tagPatterns } = environment;
  const patterns = refKind === "tag" ? tagPatterns : branchPatterns;
  if (patterns.length === 0) {
    const isAll = refKind === "tag";
    const found = isAll ? "**" : branch;
    return isAll || name === branch
      ? pass("rule_ref_fits", { ref: name, pattern: found })
      : stop("rule_ref_other", { ref: name, patterns: [branch] });
  }
  const pattern = namePattern(patterns)(name);
  return pattern === null
    ? stop("rule_ref_other", { ref: name, patterns })
    : pass("rule_ref_fits", { ref: name, pattern });
}

/** A test delivery of Gitea names one commit twice. */
function changed({ event: { before, after, forced } }: Context) {
  if (before !== null && before === after) return stop("rule_unchanged");
  return forced ? pass("rule_forced") : pass("rule_changed");
}

/** One commit that wants to be deployed is enough: to leave it out would lose a change. */
function skipMarker({ event, environment }: Context) {
  if (!environment.skipMarkers) return skip("rule_skip_marker_off");
  const found = event.messages.map(skipMarkerIn);
  const marker = found.find((one) => one !== null);
  if (!marker) return pass("rule_skip_marker_none", { count: found.length });
  const params = { marker, marked: found.filter(Boolean).length, count: found.length };
  const isAll = !event.truncated && found.every((one) => one !== null);
  return isAll ? stop("rule_skip_marker", params) : pass("rule_skip_marker_some", params);
}

function paths({ event, environment, facts }: Context) {
  if (environment.watchPaths.length === 0) return skip("rule_paths_all");
  if (event.refKind === "tag" || event.created || event.before === null) return pass("rule_paths_new");
  const fits = pathPattern(environment.watchPaths);
  const touched = (all: readonly string[]) => all.find((path) => fits(path) !== null);
  const told = event.paths && touched(event.paths);
  if (told) return pass("rule_paths_fit", { path: told });
  // Commits that a forced push took away are not in the payload, though the files that they changed differ now.
  const isWhole = event.paths !== null && event.forced === false;
  const asked = isWhole ? event.paths : facts.changedPaths;
  if (asked === undefined || asked === null) return ask("changedPaths", "rule_paths_needed");
  if (asked === "unavailable") return pass("rule_paths_unknown");
  const path = touched(asked);
  return path ? pass("rule_paths_fit", { path }) : stop("rule_paths_other", { count: asked.length });
}
