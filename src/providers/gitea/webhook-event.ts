import { z } from "zod";
import { isMarkedAsDraft } from "@/providers/gitea/convert";
import { itemsOf, jsonOf, nameOf, toldByPush, unused, unusedAction } from "@/providers/kit/webhook-body";
import { objectId, pushOf } from "@/providers/kit/webhook-push";
import { Commit, Count, Flag, looseRows, NumberId, Text } from "@/providers/kit/webhook-schema";
import type { HookItem, HookRepository, PullRequestAction, VerifiedDelivery } from "@/providers/webhook";

const Repository = z.object({ id: NumberId, full_name: Text });

const Push = z.object({
  ref: z.string(),
  before: Text,
  after: Text,
  total_commits: Count,
  head_commit: z.object({ id: Text, message: Text }).nullish().catch(null),
  commits: looseRows(Commit),
  repository: Repository,
});

const Deleted = z.object({
  ref: z.string(),
  ref_type: z.enum(["branch", "tag"]),
  repository: Repository,
});

const Side = z.object({ ref: z.string(), sha: Text, repo_id: z.number().int().nullish().catch(null) });

const PullRequest = z.object({
  action: z.string(),
  number: z.number().int().positive(),
  repository: Repository,
  pull_request: z.object({
    title: Text,
    /** Forgejo leaves it out where only labels or people changed. */
    state: Text,
    merged: Flag,
    draft: Flag,
    labels: looseRows(z.object({ name: z.string() })),
    head: Side,
    base: Side,
  }),
});

const Changed = z.object({ action: z.string(), repository: Repository });

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const { headers } = delivery;
  // The server's own header goes first: it sends that of GitHub as well, with other values for some events.
  const told =
    headers.get("x-forgejo-event") ?? headers.get("x-gitea-event") ?? headers.get("x-github-event");
  const event = nameOf(told);
  const of = { event, body: jsonOf(delivery) };
  if (event === "push") return itemsOf(Push, of, push);
  if (event === "delete") return itemsOf(Deleted, of, deleted);
  if (event === "create") return [toldByPush(event)];
  if (event === "repository") return itemsOf(Changed, of, changed);
  if (event.startsWith("pull_request") && !/review|comment/.test(event))
    return itemsOf(PullRequest, of, (body) => pullRequest(event, body));
  return [unused(event)];
}

function push(body: z.infer<typeof Push>): HookItem {
  const { items = [], skipped = 0 } = body.commits ?? {};
  const head = body.head_commit ?? {};
  return pushOf({
    event: "push",
    repository: known(body.repository),
    ref: body.ref,
    before: body.before,
    after: body.after,
    commit: head.id,
    commits: items.length === 0 && head.message ? [{ message: head.message, paths: null }] : items,
    truncated: skipped > 0 || (body.total_commits ?? items.length) > items.length,
  });
}

function deleted({ ref, ref_type: refKind, repository }: z.infer<typeof Deleted>): HookItem {
  return pushOf({
    event: "delete",
    repository: known(repository),
    ref,
    refKind,
    before: null,
    after: null,
    deleted: true,
  });
}

const actions: Record<string, PullRequestAction> = {
  opened: "opened",
  reopened: "reopened",
  synchronized: "updated",
  edited: "edited",
  label_updated: "labeled",
  label_cleared: "labeled",
};

function pullRequest(event: string, body: z.infer<typeof PullRequest>): HookItem {
  const { number, repository, pull_request: pull } = body;
  const isMerged = pull.merged === true;
  const isClosed = pull.state === "closed" || body.action === "closed";
  const action = body.action === "closed" ? (isMerged ? "merged" : "closed") : actions[body.action];
  if (!action) return unusedAction(event, nameOf(body.action), known(repository));
  const { head, base } = pull;
  const headId = head.repo_id && head.repo_id > 0 ? String(head.repo_id) : null;
  return {
    kind: "pullRequest",
    repository: known(repository),
    action,
    state: isMerged ? "merged" : isClosed ? "closed" : "open",
    number,
    title: pull.title ?? "",
    head: { repositoryId: headId, ref: head.ref, sha: objectId(head.sha) },
    base: { ref: base.ref, sha: objectId(base.sha) },
    labels: pull.labels?.items.map(({ name }) => name) ?? [],
    draft: pull.draft ?? isMarkedAsDraft(pull.title),
    isFork: headId !== repository.id,
  };
}

/** A hook of an organization hears of repositories that are made and removed; nothing tells of a new name. */
function changed({ action, repository }: z.infer<typeof Changed>): HookItem {
  if (action !== "created" && action !== "deleted")
    return unusedAction("repository", nameOf(action), known(repository));
  return { kind: "repository", repository: known(repository), change: action };
}

function known({ id, full_name }: z.infer<typeof Repository>): HookRepository {
  return full_name ? { id, fullName: full_name } : { id };
}
