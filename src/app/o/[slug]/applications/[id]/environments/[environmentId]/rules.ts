import type { Environment } from "@/features/environment/contract";
import { triggers } from "@/features/environment/trigger";

/** The rules of an environment as the form holds them: text for each input. */
export type RulesDraft = Record<
  | "trigger"
  | "branchPatterns"
  | "tagPattern"
  | "watchPaths"
  | "skipMarkers"
  | "waitForChecks"
  | "checksTimeoutMinutes"
  | "schedule"
  | "promotesFrom",
  string
>;

const flag = (on: boolean) => (on ? "on" : "");

export function draftOf(environment: Environment): RulesDraft {
  return {
    trigger: environment.trigger,
    branchPatterns: environment.branchPatterns.join("\n"),
    tagPattern: environment.tagPattern ?? "",
    watchPaths: environment.watchPaths.join("\n"),
    skipMarkers: flag(environment.skipMarkers),
    waitForChecks: flag(environment.waitForChecks),
    checksTimeoutMinutes: String(environment.checksTimeoutMinutes),
    schedule: environment.schedule ?? "",
    promotesFrom: environment.promotesFrom ?? "",
  };
}

/** The lines of a text box, without blanks around them and without empty ones. */
export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** What the API takes. */
export function rulesOf(draft: RulesDraft) {
  return {
    trigger: triggers.find((each) => each === draft.trigger) ?? "manual",
    branchPatterns: linesOf(draft.branchPatterns),
    tagPattern: linesOf(draft.tagPattern).join("\n"),
    watchPaths: linesOf(draft.watchPaths),
    skipMarkers: draft.skipMarkers === "on",
    waitForChecks: draft.waitForChecks === "on",
    checksTimeoutMinutes: Number(draft.checksTimeoutMinutes),
    schedule: draft.schedule.trim() || null,
    promotesFrom: draft.promotesFrom || null,
  };
}
