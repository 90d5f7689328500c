import { features } from "@/providers/capability";
import type { Draft } from "@/providers/connection/draft";
import { type Check, checkLabels } from "@/providers/connection/report";
import type { AuthMethod } from "@/providers/provider";

/** The report in a sentence or two: what failed first and how to mend it, or what is there and what is not. */
export function summarize(method: AuthMethod, draft: Draft, checks: Check[]): string {
  const failed = checks.find((check) => check.status === "fail");
  if (failed) return [failed.detail, failed.fix?.text].filter(Boolean).join(" ");
  return [
    visible(draft, checks),
    ...checks.filter((check) => check.status === "warn").map((check) => warning(method, check)),
  ]
    .filter((sentence) => sentence !== "")
    .slice(0, 3)
    .join(" ");
}

function visible({ facts, visible: repositories = "" }: Draft, checks: Check[]): string {
  const credential = checks.find((check) => check.id === "credential");
  if (credential?.status === "skip") return readWithGit(checks) ?? credential.detail;
  if (credential?.status === "warn") return "";
  const as = facts.account ? ` as ${facts.account.name}` : "";
  if (facts.repositoryCount === undefined) return readWithGit(checks) ?? `The connection works${as}.`;
  if (facts.repositoryCount === 0) return `The connection works${as}, but no repository is visible.`;
  return `${repositories.charAt(0).toUpperCase()}${repositories.slice(1)} visible${as}.`;
}

/** Without a list of repositories, that git could read one is the proof. */
function readWithGit(checks: Check[]): string | undefined {
  return checks.find((check) => check.id === "gitRead" && check.status === "pass")?.detail;
}

function warning(method: AuthMethod, check: Check): string {
  if (check.id === "repositories") return "";
  const id = features.find((feature) => feature === check.id);
  if (!id) return firstSentence(check.detail);
  const scopes = method.scopes.filter((scope) => scope.needs.includes(id)).map((scope) => scope.name);
  const verb = id === "commitStatus" ? "needs" : "need";
  return scopes.length > 0 ? `${checkLabels[id]} ${verb} ${scopes.join(", ")}.` : firstSentence(check.detail);
}

function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}
