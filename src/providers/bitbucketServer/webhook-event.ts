import { z } from "zod";
import { itemsOf, jsonOf, nameOf, unused, unusedAction } from "@/providers/kit/webhook-body";
import { objectId, type PushedCommit, pushOf } from "@/providers/kit/webhook-push";
import { Flag, looseRows, NumberId, Text } from "@/providers/kit/webhook-schema";
import type { HookItem, HookRepository, PullRequestAction, VerifiedDelivery } from "@/providers/webhook";

/** Newer servers list this many commits at most; older ones list none. */
const MAX_COMMITS = 5;

const Repository = z.object({
  id: NumberId,
  slug: Text,
  project: z
    .object({ id: z.number().nullish().catch(null), key: Text })
    .nullish()
    .catch(null),
});
type Repository = z.infer<typeof Repository>;

const Change = z.object({
  ref: z.object({ id: z.string() }),
  fromHash: Text,
  toHash: Text,
  type: Text,
});
type Change = z.infer<typeof Change>;

const Commit = z.object({ id: Text, message: Text });

const Push = z.object({
  repository: Repository,
  changes: z.array(z.unknown()),
  commits: looseRows(Commit),
  toCommit: Commit.nullish().catch(null),
});
type Push = z.infer<typeof Push>;

const Side = z.object({
  displayId: z.string(),
  latestCommit: Text,
  repository: Repository.nullish().catch(null),
});

const PullRequest = z.object({
  pullRequest: z.object({
    id: z.number().int().positive(),
    title: Text,
    state: z.string(),
    draft: Flag,
    fromRef: Side,
    toRef: z.object({ displayId: z.string(), latestCommit: Text, repository: Repository }),
  }),
});

const Moved = z.object({ old: Repository, new: Repository });

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const event = nameOf(delivery.headers.get("x-event-key"));
  const of = { event, body: jsonOf(delivery) };
  if (event === "repo:refs_changed") return itemsOf(Push, of, push);
  if (event === "repo:modified") return itemsOf(Moved, of, moved);
  if (event === "diagnostics:ping") return [{ kind: "ping" }];
  const action = actions[event];
  return action ? itemsOf(PullRequest, of, (body) => pullRequest(action, body)) : [unused(event)];
}

/** One delivery may move several branches and tags. */
function push(body: Push): HookItem[] {
  const event = "repo:refs_changed";
  const isOnly = body.changes.length === 1;
  const items = body.changes.flatMap((row) =>
    itemsOf(Change, { event, body: row }, (change) => refChange(change, body, isOnly)),
  );
  const empty = { code: "hook_push_empty" };
  return items.length > 0
    ? items
    : [{ kind: "ignored", event, reason: empty, repository: known(body.repository) }];
}

/** The commits of a delivery do not say which ref they belong to: they are used when there is only one. */
function refChange(change: Change, { repository, commits, toCommit }: Push, isOnly: boolean): HookItem {
  const told = isOnly ? (commits?.items ?? []) : [];
  const isTip = isOnly && toCommit?.message;
  const listed: PushedCommit[] = told.map(({ message }) => ({ message, paths: null }));
  return pushOf({
    event: "repo:refs_changed",
    repository: known(repository),
    ref: change.ref.id,
    before: change.fromHash,
    after: change.toHash,
    // A tag may be annotated, and its commit is told by newer servers only.
    commit: isOnly ? toCommit?.id : null,
    deleted: change.type === "DELETE" ? true : undefined,
    created: change.type === "ADD" ? true : undefined,
    commits: listed.length === 0 && isTip ? [{ message: toCommit.message, paths: null }] : listed,
    truncated: change.type !== "DELETE" && (told.length === 0 || told.length >= MAX_COMMITS),
  });
}

const actions: Record<string, PullRequestAction> = {
  "pr:opened": "opened",
  "pr:reopened": "reopened",
  "pr:from_ref_updated": "updated",
  "pr:modified": "edited",
  "pr:merged": "merged",
  "pr:declined": "closed",
  "pr:deleted": "closed",
};

function pullRequest(
  action: PullRequestAction,
  { pullRequest: pull }: z.infer<typeof PullRequest>,
): HookItem {
  const { fromRef, toRef } = pull;
  return {
    kind: "pullRequest",
    repository: known(toRef.repository),
    action,
    state: stateOf(action, pull.state),
    number: pull.id,
    title: pull.title ?? "",
    head: {
      repositoryId: fromRef.repository?.id ?? null,
      ref: fromRef.displayId,
      sha: objectId(fromRef.latestCommit),
    },
    base: { ref: toRef.displayId, sha: objectId(toRef.latestCommit) },
    labels: null,
    draft: pull.draft ?? false,
    isFork: fromRef.repository?.id !== toRef.repository.id,
  };
}

/** A request that was deleted keeps the state it had. */
function stateOf(action: PullRequestAction, state: string): "open" | "closed" | "merged" {
  if (state === "MERGED") return "merged";
  return state === "OPEN" && action !== "closed" ? "open" : "closed";
}

function moved({ old: before, new: repository }: z.infer<typeof Moved>): HookItem {
  const [former, now] = [known(before), known(repository)];
  if (former.fullName === now.fullName || !former.fullName)
    return unusedAction("repo:modified", "modified", now);
  const change = before.project?.id === repository.project?.id ? "renamed" : "transferred";
  return { kind: "repository", repository: now, change, formerName: former.fullName };
}

function known({ id, slug, project }: Repository): HookRepository {
  return slug && project?.key ? { id, fullName: `${project.key}/${slug}` } : { id };
}
