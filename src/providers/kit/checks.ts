import type { ChecksState } from "@/providers/reporting";

/** What the host's words for a check mean. Neither a skipped check nor a neutral one holds anything up. */
export type CheckResult = "pending" | "success" | "failure";

/** What all checks of a commit say together: one that failed decides, then one that is not done. */
export function checksState(results: readonly CheckResult[]): ChecksState {
  if (results.length === 0) return "none";
  return (["failure", "pending"] as const).find((state) => results.includes(state)) ?? "success";
}
