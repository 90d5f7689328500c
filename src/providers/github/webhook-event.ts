import { z } from "zod";
import {
  itemsOf,
  jsonOrFormOf,
  nameOf,
  toldByPush,
  unused,
  unusedAction,
} from "@/providers/kit/webhook-body";
import { objectId, pushOf } from "@/providers/kit/webhook-push";
import { Commit, Flag, looseRows, NumberId, Text } from "@/providers/kit/webhook-schema";
import type {
  HookItem,
  HookRepository,
  InstallationEvent,
  PullRequestAction,
  RepositoryEvent,
  VerifiedDelivery,
} from "@/providers/webhook";

/** A payload lists this many commits at most, and does not say that it left some out. */
const MAX_COMMITS = 2048;

const Repository = z.object({ id: NumberId, full_name: Text });
const Repositories = looseRows(Repository);

const Push = z.object({
  ref: z.string(),
  before: Text,
  after: Text,
  created: Flag,
  deleted: Flag,
  forced: Flag,
  head_commit: z.object({ id: Text, message: Text }).nullish().catch(null),
  commits: looseRows(Commit),
  repository: Repository,
});

const PullRequest = z.object({
  action: z.string(),
  number: z.number().int().positive(),
  repository: Repository,
  pull_request: z.object({
    title: Text,
    state: z.enum(["open", "closed"]),
    merged: Flag,
    draft: Flag,
    labels: looseRows(z.object({ name: z.string() })),
    head: z.object({ ref: z.string(), sha: Text, repo: Repository.nullish().catch(null) }),
    base: z.object({ ref: z.string(), sha: Text }),
  }),
});

const Moved = z.object({
  action: z.string(),
  repository: Repository,
  changes: z
    .object({
      repository: z.object({ name: z.object({ from: Text }).nullish() }).nullish(),
      owner: z
        .object({
          from: z.object({
            user: z.object({ login: Text }).nullish(),
            organization: z.object({ login: Text }).nullish(),
          }),
        })
        .nullish(),
    })
    .nullish()
    .catch(null),
});

const Installation = z.object({
  action: z.string(),
  installation: z.object({ id: NumberId }),
  repositories: Repositories,
  repositories_added: Repositories,
  repositories_removed: Repositories,
});

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const event = nameOf(delivery.headers.get("x-github-event"));
  const of = { event, body: jsonOrFormOf(delivery) };
  if (event === "push") return itemsOf(Push, of, push);
  if (event === "pull_request") return itemsOf(PullRequest, of, pullRequest);
  if (event === "repository") return itemsOf(Moved, of, moved);
  if (event === "ping") return itemsOf(Ping, of, ping);
  // Accounts that installed an App are renamed by an event of its own.
  if (event === "installation" || event === "installation_repositories" || event === "installation_target")
    return itemsOf(Installation, of, (body) => installation(event, body));
  // Also events of our own statuses, checks, deployments and comments.
  return [event === "create" || event === "delete" ? toldByPush(event) : unused(event)];
}

const Ping = z.object({ repository: Repository.nullish().catch(null) });

function ping({ repository }: z.infer<typeof Ping>): HookItem {
  return { kind: "ping", ...(repository ? { repository: known(repository) } : {}) };
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
    created: body.created,
    deleted: body.deleted,
    forced: body.forced,
    // A branch made from a commit that was there has no commits of its own.
    commits: items.length === 0 && head.message ? [{ message: head.message, paths: null }] : items,
    truncated: skipped > 0 || items.length >= MAX_COMMITS,
  });
}

const actions: Record<string, PullRequestAction> = {
  opened: "opened",
  reopened: "reopened",
  synchronize: "updated",
  edited: "edited",
  labeled: "labeled",
  unlabeled: "labeled",
  converted_to_draft: "draft",
  ready_for_review: "ready",
};

function pullRequest({
  action: told,
  number,
  repository,
  pull_request: pull,
}: z.infer<typeof PullRequest>): HookItem {
  const isMerged = pull.merged === true;
  const action = told === "closed" ? (isMerged ? "merged" : "closed") : actions[told];
  if (!action) return unusedAction("pull_request", nameOf(told), known(repository));
  const { head, base } = pull;
  return {
    kind: "pullRequest",
    repository: known(repository),
    action,
    state: isMerged ? "merged" : pull.state,
    number,
    title: pull.title ?? "",
    head: { repositoryId: head.repo?.id ?? null, ref: head.ref, sha: objectId(head.sha) },
    base: { ref: base.ref, sha: objectId(base.sha) },
    labels: pull.labels?.items.map(({ name }) => name) ?? null,
    draft: pull.draft ?? false,
    // `head.repo.fork` only says whether that repository is a fork of any other.
    isFork: head.repo?.id !== repository.id,
  };
}

const changes: Record<string, RepositoryEvent["change"]> = {
  renamed: "renamed",
  transferred: "transferred",
  deleted: "deleted",
  archived: "archived",
  unarchived: "unarchived",
  created: "created",
};

function moved({ action, repository, changes: before }: z.infer<typeof Moved>): HookItem {
  const change = changes[action];
  if (!change) return unusedAction("repository", nameOf(action), known(repository));
  const formerName = formerNameOf(repository.full_name ?? "/", before);
  return { kind: "repository", repository: known(repository), change, ...(formerName ? { formerName } : {}) };
}

function formerNameOf(fullName: string, before: z.infer<typeof Moved>["changes"]): string | null {
  const [owner, name] = fullName.split("/");
  const formerName = before?.repository?.name?.from;
  const former = before?.owner?.from.organization?.login ?? before?.owner?.from.user?.login;
  if (formerName) return `${owner}/${formerName}`;
  return former ? `${former}/${name}` : null;
}

const installed: Record<string, InstallationEvent["change"]> = {
  created: "created",
  deleted: "deleted",
  suspend: "suspended",
  unsuspend: "unsuspended",
  new_permissions_accepted: "permissions",
  added: "repositories",
  removed: "repositories",
  renamed: "renamed",
};

function installation(event: string, body: z.infer<typeof Installation>): HookItem {
  const change = installed[body.action];
  if (!change)
    return {
      ...unused(event),
      reason: { code: "hook_action_unused", params: { action: nameOf(body.action) } },
    };
  const all = body.repositories?.items.map(known) ?? [];
  return {
    kind: "installation",
    installationId: body.installation.id,
    change,
    added: [...(change === "created" ? all : []), ...(body.repositories_added?.items.map(known) ?? [])],
    removed: [...(change === "deleted" ? all : []), ...(body.repositories_removed?.items.map(known) ?? [])],
  };
}

function known({ id, full_name }: z.infer<typeof Repository>): HookRepository {
  return full_name ? { id, fullName: full_name } : { id };
}
