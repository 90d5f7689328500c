import { z } from "zod";
import { itemsOf, jsonOf, nameOf, unused, unusedAction } from "@/providers/kit/webhook-body";
import { objectId, pushOf } from "@/providers/kit/webhook-push";
import { Commit, Count, Flag, looseRows, NumberId, Text } from "@/providers/kit/webhook-schema";
import type { HookItem, HookRepository, PullRequestAction, VerifiedDelivery } from "@/providers/webhook";

const Project = z.object({ id: NumberId, path_with_namespace: Text });

/** `project` came with GitLab 8; until then there was only its id. */
const Push = z.object({
  ref: z.string(),
  before: Text,
  after: Text,
  checkout_sha: Text,
  project_id: NumberId,
  project: Project.nullish().catch(null),
  commits: looseRows(Commit),
  total_commits_count: Count,
});

const Labels = looseRows(z.object({ title: z.string() }));
const Change = z
  .unknown()
  .optional()
  .transform((value) => value !== undefined && value !== null);

const MergeRequest = z.object({
  project: Project,
  labels: Labels,
  object_attributes: z.object({
    iid: z.number().int().positive(),
    title: Text,
    action: Text,
    state: Text,
    oldrev: Text,
    source_branch: z.string(),
    target_branch: z.string(),
    source_project_id: NumberId.nullish().catch(null),
    target_project_id: NumberId.nullish().catch(null),
    last_commit: z.object({ id: Text }).nullish().catch(null),
    draft: Flag,
    work_in_progress: Flag,
    labels: Labels,
  }),
  changes: z
    .object({ labels: Change, draft: Change, work_in_progress: Change, title: Change, target_branch: Change })
    .nullish()
    .catch(null),
});
type MergeRequest = z.infer<typeof MergeRequest>;

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const body = jsonOf(delivery);
  const event = nameOf(delivery.headers.get("x-gitlab-event"));
  // A tag that is deleted is told as `Push Hook` by some versions: the ref says what it is.
  if (event === "Push Hook" || event === "Tag Push Hook")
    return itemsOf(Push, { event, body }, (one) => push(event, one));
  if (event === "Merge Request Hook") return itemsOf(MergeRequest, { event, body }, mergeRequest);
  return [unused(event)];
}

function push(event: string, body: z.infer<typeof Push>): HookItem {
  const { items = [], skipped = 0 } = body.commits ?? {};
  const isTag = body.ref.startsWith("refs/tags/");
  return pushOf({
    event,
    repository: known(body.project ?? { id: body.project_id }),
    ref: body.ref,
    before: body.before,
    after: body.after,
    // `after` of an annotated tag is the tag object; this is its commit.
    commit: isTag ? body.checkout_sha : null,
    commits: items,
    truncated: skipped > 0 || (body.total_commits_count ?? items.length) > items.length,
  });
}

const actions: Record<string, PullRequestAction> = {
  open: "opened",
  reopen: "reopened",
  close: "closed",
  merge: "merged",
};

function mergeRequest(body: MergeRequest): HookItem {
  const { object_attributes: request, project } = body;
  const told = request.action ?? "";
  const action = told === "update" ? updateOf(body) : actions[told];
  const repository = known(project);
  if (!action) return unusedAction("Merge Request Hook", nameOf(told) || "none", repository);
  const source = request.source_project_id ?? null;
  return {
    kind: "pullRequest",
    repository,
    action,
    state: stateOf(request.state),
    number: request.iid,
    title: request.title ?? "",
    head: { repositoryId: source, ref: request.source_branch, sha: objectId(request.last_commit?.id) },
    base: { ref: request.target_branch, sha: null },
    labels: (request.labels ?? body.labels)?.items.map(({ title }) => title) ?? null,
    draft: isDraft(body),
    isFork: source !== (request.target_project_id ?? project.id),
  };
}

/** What an `update` changed: new commits come with `oldrev`, everything else is named in `changes`. */
function updateOf(body: MergeRequest): PullRequestAction | null {
  const { object_attributes: request, changes } = body;
  if (request.oldrev) return "updated";
  if (changes?.labels) return "labeled";
  if (changes?.draft || changes?.work_in_progress) return isDraft(body) ? "draft" : "ready";
  return changes?.title || changes?.target_branch ? "edited" : null;
}

function isDraft({ object_attributes: request }: MergeRequest): boolean {
  return request.draft ?? request.work_in_progress ?? false;
}

/** `locked` while it is being merged. */
function stateOf(state: string | null | undefined): "open" | "closed" | "merged" {
  return state === "merged" || state === "closed" ? state : "open";
}

function known({
  id,
  path_with_namespace: fullName,
}: {
  id: string;
  path_with_namespace?: string | null;
}): HookRepository {
  return fullName ? { id, fullName } : { id };
}
