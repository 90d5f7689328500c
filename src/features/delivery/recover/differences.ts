import { fingerprintOf, type PollState } from "@/features/delivery/recover/poll-state";
import type { PullRequest } from "@/providers/reporting";
import type { HookItem, HookRepository, PullRequestEvent, PushEvent } from "@/providers/webhook";

/** What a repository has now, as far as environments and previews follow it. */
export interface Seen {
  branches: Record<string, string>;
  tags: Record<string, string>;
  /** Open requests, and those that were open before and are not any more. Null while there are no previews. */
  requests: PullRequest[] | null;
}

/** Events that a hook would have told of, between two looks at a repository. */
export function differencesBetween(
  before: Pick<PollState, "branches" | "tags" | "requests">,
  seen: Seen,
  repository: HookRepository,
): HookItem[] {
  return [
    ...movesBetween(before.branches, seen.branches, { repository, refKind: "branch" }),
    ...movesBetween(before.tags, seen.tags, { repository, refKind: "tag" }),
    ...requestsBetween(before.requests ?? {}, seen.requests ?? [], repository),
  ];
}

type Subject = Pick<PushEvent, "repository" | "refKind">;

function movesBetween(
  before: Record<string, string>,
  now: Record<string, string>,
  subject: Subject,
): PushEvent[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return names
    .filter((ref) => before[ref] !== now[ref])
    .map((ref) => ({
      kind: "push",
      ...subject,
      ref,
      before: before[ref] ?? null,
      after: now[ref] ?? null,
      commit: now[ref] ?? null,
      created: before[ref] === undefined,
      deleted: now[ref] === undefined,
      forced: null,
      paths: null,
      messages: [],
      truncated: true,
    }));
}

function requestsBetween(
  before: Record<string, string>,
  now: PullRequest[],
  repository: HookRepository,
): PullRequestEvent[] {
  return now
    .filter((request) => request.state !== "open" || before[request.number] !== fingerprintOf(request))
    .map((request) => ({
      kind: "pullRequest",
      repository,
      action: actionOf(request, before[request.number] !== undefined),
      ...told(request),
    }));
}

function actionOf({ state }: PullRequest, wasKnown: boolean): PullRequestEvent["action"] {
  if (state === "open") return wasKnown ? "updated" : "opened";
  return state;
}

function told({ state, number, title, head, base, labels, draft, isFork }: PullRequest) {
  const { repositoryId, ref, sha } = head;
  return { state, number, title, head: { repositoryId, ref, sha }, base, labels, draft, isFork };
}
