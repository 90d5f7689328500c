import { type Finding, pass, stop } from "@/features/delivery/decide/trace";
import type { HookRepository } from "@/providers/webhook";

/** What is configured for an application; the event has nothing to say about it. */
export interface ApplicationRules {
  provider: { name: string; isActive: boolean };
  /** `id` is null for a plain Git URL, whose host sends no events. */
  repository: { id: string | null; fullName: string };
  /** Null when pull requests get no previews. */
  previews: PreviewRules | null;
}

export interface PreviewRules {
  /** One of them has to be on the request; none: all requests. */
  labels: string[];
  /** Patterns of the branches that a request may go to; none: all. */
  baseBranches: string[];
  drafts: boolean;
  forks: "never" | "approval" | "always";
  /** Previews of the application at one time. */
  limit: number;
}

/** What is known beside the event and the configuration. What is absent was not asked. */
export interface Facts {
  /** The commit that the branch, tag or request has on the host now; null when it is gone. */
  head?: string | null | "unavailable";
  /** Files that differ between the two ends of the push. */
  changedPaths?: readonly string[] | "unavailable";
  /** Commits of the same ref whose own events were decided already. */
  handled?: readonly string[];
  /** The commit that the environment serves or is about to deploy. */
  current?: string | null;
  /** The preview of the request. */
  preview?: { environmentId: string } | null;
  /** Previews of the application that there are. */
  previewCount?: number;
  /** Commits of the request that a member approved. */
  approved?: readonly string[];
}

export function providerRule(application: ApplicationRules): Finding {
  const { name, isActive } = application.provider;
  return isActive ? pass("rule_provider_active", { name }) : stop("rule_provider_inactive", { name });
}

/** By the permanent id; a name may have gone to another repository since. */
export function repositoryRule(application: ApplicationRules, repository: HookRepository): Finding {
  const { id, fullName } = application.repository;
  if (id === null || repository.id !== id)
    return stop("rule_repository_other", {
      repository: repository.fullName ?? repository.id,
      wanted: fullName,
    });
  const now = repository.fullName;
  return now === undefined || now === fullName
    ? pass("rule_repository_same", { repository: fullName })
    : pass("rule_repository_renamed", { repository: fullName, now });
}

/** `head` is what the host has now: a delivery that comes late must not bring back an older commit. */
export function headRule(commit: string | null, { head, handled = [] }: Facts): Finding {
  if (head === undefined)
    return { outcome: "stop", detail: { code: "rule_head_needed" }, end: { kind: "ask", question: "head" } };
  if (head === "unavailable")
    return commit ? pass("rule_head_unknown", { sha: short(commit) }) : stop("rule_commit_unknown");
  if (head === null) return stop("rule_head_gone");
  if (head === commit || commit === null) return pass("rule_head_same", { sha: short(head) });
  const params = { sha: short(commit), head: short(head) };
  return handled.includes(head) ? stop("rule_head_superseded", params) : pass("rule_head_moved", params);
}

/** The commit to deploy once the rule of the head has passed. */
export function commitOf(commit: string | null, { head }: Facts): string {
  return (head === "unavailable" ? commit : head) ?? "";
}

export function currentRule(sha: string, { current }: Facts): Finding {
  return current === sha
    ? stop("rule_current_same", { sha: short(sha) })
    : pass("rule_current_other", { sha: short(sha) });
}

export function short(sha: string): string {
  return sha.slice(0, 8);
}
