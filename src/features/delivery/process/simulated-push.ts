import type { AffectedApplication } from "@/features/delivery/process/affected";
import type { ListedCommit, PullRequest } from "@/providers/reporting";
import type { PullRequestEvent, PushEvent } from "@/providers/webhook";

/** Events that nobody sent: what would they lead to? */

type Of = Pick<AffectedApplication, "repositoryId" | "repositoryUrl" | "repositoryFullName">;

function repositoryOf({ repositoryId, repositoryUrl, repositoryFullName }: Of): PushEvent["repository"] {
  return { id: repositoryId ?? repositoryUrl, fullName: repositoryFullName };
}

/** A push of one commit on top of its parent. Files are not told, so that the host is asked where they matter. */
export function pushOfCommit(
  application: Of,
  to: Pick<PushEvent, "ref" | "refKind">,
  commit: Pick<ListedCommit, "sha" | "message" | "parent">,
): PushEvent {
  const { sha, message, parent } = commit;
  return {
    kind: "push",
    repository: repositoryOf(application),
    ...to,
    before: to.refKind === "tag" ? null : parent,
    after: sha,
    commit: sha,
    created: to.refKind === "tag" || parent === null,
    deleted: false,
    forced: false,
    paths: null,
    messages: message === "" ? [] : [message],
    truncated: false,
  };
}

/** A request as if it had been opened just now. */
export function openingOf(application: Of, request: PullRequest): PullRequestEvent {
  const { number, title, state, head, base, labels, draft, isFork } = request;
  const { repositoryId, ref, sha } = head;
  return {
    kind: "pullRequest",
    repository: repositoryOf(application),
    action: "opened",
    state,
    number,
    title,
    head: { repositoryId, ref, sha },
    base,
    labels,
    draft,
    isFork,
  };
}
