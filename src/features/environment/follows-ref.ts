import type { Environment } from "@/db/generated/client";
import { namePattern } from "@/git/pattern";
import { patternsOf } from "@/git/pattern-list";
import { isCommitId } from "@/git/ref-name";

type Rules = Pick<Environment, "branch" | "branchPatterns" | "trigger" | "tagPattern">;

/**
 * Whether a branch, or a tag where the environment follows tags, is one that it deploys by its rules. A commit id never
 * is: hosts find the commits of forks by their ids as well.
 */
export function followsRef({ branch, branchPatterns, trigger, tagPattern }: Rules, ref: string): boolean {
  if (isCommitId(ref.toLowerCase())) return false;
  const patterns = trigger === "tag" ? patternsOf(tagPattern) : branchPatterns;
  if (patterns.length > 0) return namePattern(patterns)(ref) !== null;
  return trigger === "tag" || ref === branch;
}
