import type { Environment } from "@/db/generated/client";
import { namePattern } from "@/git/pattern";
import { patternsOf } from "@/git/pattern-list";

type Rules = Pick<Environment, "branch" | "branchPatterns" | "trigger" | "tagPattern">;

/** Whether a branch, or a tag where the environment follows tags, is one that it deploys by its rules. */
export function followsRef({ branch, branchPatterns, trigger, tagPattern }: Rules, ref: string): boolean {
  const patterns = trigger === "tag" ? patternsOf(tagPattern) : branchPatterns;
  if (patterns.length > 0) return namePattern(patterns)(ref) !== null;
  return trigger === "tag" || ref === branch;
}
