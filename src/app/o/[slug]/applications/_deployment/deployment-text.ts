import type { Deployment, StepName } from "@/features/deployment/contract";

type Begun = Pick<Deployment, "trigger" | "actor"> & Partial<Pick<Deployment, "promotedFromId">>;

/** Who or what began a deployment: "by Ada", "push by Ada", "API key of Ada". */
export function triggerWords({ trigger, actor, promotedFromId }: Begun): string {
  const who = actor?.name;
  const words: Record<Deployment["trigger"], string> = {
    manual: who ? `by ${who}` : "by hand",
    api: who ? `API key of ${who}` : "API key",
    push: who ? `push by ${who}` : "push",
    tag: who ? `tag by ${who}` : "tag",
    pullRequest: who ? `pull request by ${who}` : "pull request",
    schedule: "on schedule",
    deployHook: who ? `deploy hook ${who}` : "deploy hook",
    retry: who ? `retried by ${who}` : "retry",
    rollback: who ? `rolled back by ${who}` : "rollback",
  };
  if (!promotedFromId) return words[trigger];
  return trigger === "manual" ? `promoted ${words.manual}` : `promoted after ${words[trigger]}`;
}

export const stepWords: Record<StepName, string> = {
  resolve: "Resolve",
  checkout: "Check out",
  build: "Build",
  release: "Release",
  report: "Report",
};

/** Milliseconds a deployment or a step took, or has taken until `now`; null before it began. */
export function elapsed(
  { startedAt, finishedAt }: { startedAt: string | null; finishedAt: string | null },
  now: number,
): number | null {
  if (!startedAt) return null;
  const end = finishedAt ? Date.parse(finishedAt) : now;
  return Math.max(0, end - Date.parse(startedAt));
}

/** A reason as its first sentence, what happened, and the rest: what to do about it. */
export function headAndRest(message: string): { head: string; rest: string } {
  const found = /^(.+?[.!?]) (?=[A-Z])/.exec(message);
  if (!found?.[1]) return { head: message, rest: "" };
  return { head: found[1], rest: message.slice(found[0].length) };
}

/** A commit id as people read it. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}
