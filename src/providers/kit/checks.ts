import type { Page } from "@/git/nouns";
import { collect } from "@/providers/kit/pages";
import type { ChecksState } from "@/providers/reporting";

/** What the host's words for a check mean. Neither a skipped check nor a neutral one holds anything up. */
export type CheckResult = "pending" | "success" | "failure";

/** One check of a commit, by the name under which it was reported. */
export interface Check {
  name: string;
  result: CheckResult;
}

/** What a commit has beyond these pages counts as not done. */
const MAX_PAGES = 10;

/** What all checks of a commit say together: one that failed decides, then one that is not done. */
export function checksState(results: readonly CheckResult[]): ChecksState {
  if (results.length === 0) return "none";
  return (["failure", "pending"] as const).find((state) => results.includes(state)) ?? "success";
}

/** The results of a list of checks, those left out whose name begins with `own`. */
export async function resultsIn(
  read: (cursor: string | undefined) => Promise<Page<Check>>,
  own: string,
): Promise<CheckResult[]> {
  const { items, nextCursor, incomplete } = await collect(read, { maxPages: MAX_PAGES });
  const others = items.filter(({ name }) => !name.startsWith(own)).map(({ result }) => result);
  return nextCursor !== null || incomplete ? [...others, "pending"] : others;
}
