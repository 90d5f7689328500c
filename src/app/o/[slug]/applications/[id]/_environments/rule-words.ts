import type { Environment } from "@/features/environment/contract";

type Rules = Pick<Environment, "trigger" | "tagPattern" | "branchPatterns" | "watchPaths" | "schedule">;

/** When an environment is deployed by itself, in a few words: "on push to main, when docs/** changed". */
export function ruleWords(rules: Rules): string {
  return [triggerWords(rules), ...(rules.schedule ? [`scheduled at ${rules.schedule}`] : [])].join(", ");
}

function triggerWords({ trigger, tagPattern, branchPatterns, watchPaths }: Rules): string {
  if (trigger === "manual") return "deployed by hand";
  if (trigger === "tag") return ["on tag", ...(tagPattern ?? "").split(/[\n,\s]+/)].filter(Boolean).join(" ");
  const branches = branchPatterns.length > 0 ? ` to ${branchPatterns.join(", ")}` : "";
  const paths = watchPaths.length > 0 ? `, when ${watchPaths.join(", ")} changed` : "";
  return `on push${branches}${paths}`;
}
