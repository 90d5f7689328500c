import { z } from "zod";
import { itemsOf, jsonOf, nameOf, unused, unusedAction } from "@/providers/kit/webhook-body";
import { objectId, pushOf } from "@/providers/kit/webhook-push";
import { Flag, looseRows, Text } from "@/providers/kit/webhook-schema";
import type { HookItem, HookRepository, PullRequestAction, VerifiedDelivery } from "@/providers/webhook";

/** A payload lists this many commits at most. */
const MAX_COMMITS = 5;

/** With braces, as the API has it. */
const Uuid = z.string().regex(/^\{[0-9a-fA-F-]{36}\}$/);
const Repository = z.object({ uuid: Uuid, full_name: Text });

const Ref = z.object({
  type: z.string(),
  name: z.string(),
  target: z.object({ hash: Text, message: Text }).nullish().catch(null),
});

const Change = z.object({
  old: Ref.nullish(),
  new: Ref.nullish(),
  forced: Flag,
  truncated: Flag,
  commits: looseRows(z.object({ message: Text })),
});
type Change = z.infer<typeof Change>;

const Push = z.object({
  repository: Repository,
  push: z.object({ changes: z.array(z.unknown()) }),
});

const Side = z.object({
  branch: z.object({ name: z.string() }),
  commit: z.object({ hash: Text }).nullish().catch(null),
  /** Null when the fork was deleted. */
  repository: Repository.nullish().catch(null),
});

const PullRequest = z.object({
  repository: Repository,
  pullrequest: z.object({
    id: z.number().int().positive(),
    title: Text,
    state: z.string(),
    draft: Flag,
    source: Side,
    destination: Side,
  }),
});

const Moved = z.object({
  repository: Repository,
  changes: z
    .object({ full_name: z.object({ old: Text, new: Text }).nullish() })
    .nullish()
    .catch(null),
});

const Named = z.object({ repository: Repository });

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const event = nameOf(delivery.headers.get("x-event-key"));
  const of = { event, body: jsonOf(delivery) };
  if (event === "repo:push") return itemsOf(Push, of, push);
  const action = actions[event];
  if (action) return itemsOf(PullRequest, of, (body) => pullRequest(action, body));
  if (event === "repo:updated") return itemsOf(Moved, of, renamed);
  if (event === "repo:transfer" || event === "repo:deleted") {
    const change = event === "repo:deleted" ? "deleted" : "transferred";
    return itemsOf(Named, of, ({ repository }) => ({
      kind: "repository",
      repository: known(repository),
      change,
    }));
  }
  return [unused(event)];
}

/** One delivery may move several branches and tags. */
function push({ repository, push: { changes } }: z.infer<typeof Push>): HookItem[] {
  const event = "repo:push";
  const items = changes.flatMap((row) =>
    itemsOf(Change, { event, body: row }, (change) => moved(change, repository)),
  );
  const empty = { code: "hook_push_empty" };
  return items.length > 0
    ? items
    : [{ kind: "ignored", event, reason: empty, repository: known(repository) }];
}

function moved(change: Change, repository: z.infer<typeof Repository>): HookItem {
  const ref = change.new ?? change.old;
  const commits = change.commits?.items ?? [];
  const folder = ref?.type === "tag" ? "tags" : ref?.type === "branch" ? "heads" : "other";
  const message = change.new?.target?.message;
  return pushOf({
    event: "repo:push",
    repository: known(repository),
    ref: ref ? `refs/${folder}/${ref.name}` : "",
    before: change.old?.target?.hash,
    after: change.new?.target?.hash,
    // The target of an annotated tag is its commit as well.
    commit: change.new?.target?.hash,
    created: !change.old,
    deleted: !change.new,
    forced: change.forced,
    commits: (commits.length > 0 ? commits : message ? [{ message }] : []).map((one) => ({
      ...one,
      paths: null,
    })),
    truncated:
      change.truncated === true || (change.commits?.skipped ?? 0) > 0 || commits.length > MAX_COMMITS,
  });
}

const actions: Record<string, PullRequestAction> = {
  "pullrequest:created": "opened",
  "pullrequest:updated": "updated",
  "pullrequest:push": "updated",
  "pullrequest:fulfilled": "merged",
  "pullrequest:rejected": "closed",
};

function pullRequest(action: PullRequestAction, body: z.infer<typeof PullRequest>): HookItem {
  const { pullrequest: pull, repository } = body;
  const { source, destination } = pull;
  const hash = source.commit?.hash ?? null;
  const sha = objectId(hash);
  return {
    kind: "pullRequest",
    repository: known(repository),
    action,
    state: stateOf(pull.state),
    number: pull.id,
    title: pull.title ?? "",
    head: {
      repositoryId: source.repository?.uuid ?? null,
      ref: source.branch.name,
      sha,
      // Bitbucket tells the first twelve digits.
      ...(sha === null && /^[0-9a-f]{7,39}$/.test(hash ?? "") ? { shortSha: hash ?? "" } : {}),
    },
    base: { ref: destination.branch.name, sha: objectId(destination.commit?.hash) },
    labels: null,
    draft: pull.draft ?? false,
    isFork: source.repository?.uuid !== (destination.repository ?? repository).uuid,
  };
}

/** DECLINED, or SUPERSEDED by another one. */
function stateOf(state: string): "open" | "closed" | "merged" {
  if (state === "MERGED") return "merged";
  return state === "OPEN" ? "open" : "closed";
}

function renamed({ repository, changes }: z.infer<typeof Moved>): HookItem {
  const formerName = changes?.full_name?.old;
  if (!formerName) return unusedAction("repo:updated", "updated", known(repository));
  return { kind: "repository", repository: known(repository), change: "renamed", formerName };
}

function known({ uuid, full_name: fullName }: z.infer<typeof Repository>): HookRepository {
  return fullName ? { id: uuid, fullName } : { id: uuid };
}
