import { z } from "zod";
import { itemsOf, jsonOf, nameOf, unused } from "@/providers/kit/webhook-body";
import { objectId, pushOf } from "@/providers/kit/webhook-push";
import { Flag, looseRows, Text } from "@/providers/kit/webhook-schema";
import type { HookItem, HookRepository, PullRequestEvent, VerifiedDelivery } from "@/providers/webhook";

/** More commits than these may have been left out; the payload does not say. */
const MAX_COMMITS = 25;

const Guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i)
  .transform((id) => id.toLowerCase());
const Project = z.object({ name: Text }).nullish().catch(null);
const Repository = z.object({ id: Guid, name: Text, project: Project });
type Repository = z.infer<typeof Repository>;

const Update = z.object({ name: z.string(), oldObjectId: Text, newObjectId: Text });

const Push = z.object({
  resource: z.object({
    repository: Repository,
    refUpdates: z.array(z.unknown()),
    commits: looseRows(z.object({ comment: Text })),
  }),
});
type Push = z.infer<typeof Push>;

const PullRequest = z.object({
  resource: z.object({
    repository: Repository,
    pullRequestId: z.number().int().positive(),
    title: Text,
    status: z.string(),
    isDraft: Flag,
    sourceRefName: z.string(),
    targetRefName: z.string(),
    lastMergeSourceCommit: z.object({ commitId: Text }).nullish().catch(null),
    lastMergeTargetCommit: z.object({ commitId: Text }).nullish().catch(null),
    labels: looseRows(z.object({ name: z.string() })),
    forkSource: z.unknown().optional(),
  }),
});

const ForkSource = z.object({ repository: Repository });

const Renamed = z.object({ resource: z.object({ repository: Repository, oldName: Text }) });
const Deleted = z.object({ resource: z.object({ repositoryId: Guid }) });

/** Says what the delivery is about, and which attempt of which subscription: nothing of it is in the headers. */
const Envelope = z.object({
  eventType: Text,
  id: Text,
  subscriptionId: Text,
  notificationId: z.number().int().nullish().catch(null),
});

/** Null when the body has no id. */
export function bodyId(delivery: VerifiedDelivery): string | null {
  const { data: body } = Envelope.safeParse(jsonOf(delivery));
  const parts = body?.notificationId ? [body.subscriptionId, body.notificationId] : [body?.id];
  const id = parts.filter(Boolean).join(":");
  return /^[\w:.-]{1,100}$/.test(id) ? id : null;
}

export function parseEvent(delivery: VerifiedDelivery): HookItem[] {
  const body = jsonOf(delivery);
  const event = nameOf(Envelope.safeParse(body).data?.eventType);
  const of = { event, body };
  if (event === "git.push") return itemsOf(Push, of, push);
  if (/^git\.pullrequest\.(created|updated|merged)$/.test(event))
    return itemsOf(PullRequest, of, (one) => pullRequest(event, one));
  if (event === "git.repo.renamed") return itemsOf(Renamed, of, renamed);
  if (event === "git.repo.deleted")
    return itemsOf(Deleted, of, ({ resource }) => ({
      kind: "repository",
      repository: { id: resource.repositoryId },
      change: "deleted",
    }));
  return event ? [unused(event)] : itemsOf(Push, of, push);
}

/** One delivery may move several branches and tags. */
function push({ resource }: Push): HookItem[] {
  const event = "git.push";
  const { refUpdates, repository } = resource;
  const isOnly = refUpdates.length === 1;
  const items = refUpdates.flatMap((row) =>
    itemsOf(Update, { event, body: row }, (update) => moved(update, resource, isOnly)),
  );
  const empty = { code: "hook_push_empty" };
  return items.length > 0
    ? items
    : [{ kind: "ignored", event, reason: empty, repository: known(repository) }];
}

/** The commits of a delivery do not say which ref they belong to: they are used when there is only one. */
function moved(update: z.infer<typeof Update>, resource: Push["resource"], isOnly: boolean): HookItem {
  const commits = isOnly ? (resource.commits?.items ?? []) : [];
  return pushOf({
    event: "git.push",
    repository: known(resource.repository),
    ref: update.name,
    before: update.oldObjectId,
    after: update.newObjectId,
    commits: commits.map(({ comment }) => ({ message: comment, paths: null })),
    truncated: commits.length === 0 || commits.length >= MAX_COMMITS,
  });
}

function pullRequest(event: string, { resource }: z.infer<typeof PullRequest>): HookItem {
  const state = stateOf(resource.status);
  const { repository, forkSource } = resource;
  const fork = ForkSource.safeParse(forkSource).data?.repository.id ?? null;
  const head = forkSource === null || forkSource === undefined ? repository.id : fork;
  const opened = event === "git.pullrequest.created" ? "opened" : "updated";
  return {
    kind: "pullRequest",
    repository: known(repository),
    // The host does not say what an update changed.
    action: state === "open" ? opened : state,
    state,
    number: resource.pullRequestId,
    title: resource.title ?? "",
    head: {
      repositoryId: head,
      ref: shortName(resource.sourceRefName),
      sha: objectId(resource.lastMergeSourceCommit?.commitId),
    },
    base: { ref: shortName(resource.targetRefName), sha: objectId(resource.lastMergeTargetCommit?.commitId) },
    labels: resource.labels?.items.map(({ name }) => name) ?? null,
    draft: resource.isDraft ?? false,
    isFork: head !== repository.id,
  };
}

function stateOf(status: string): PullRequestEvent["state"] {
  if (status === "completed") return "merged";
  return status === "abandoned" ? "closed" : "open";
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

function renamed({ resource: { repository, oldName } }: z.infer<typeof Renamed>): HookItem {
  const project = repository.project?.name;
  const formerName = oldName && project ? `${project}/${oldName}` : oldName;
  return {
    kind: "repository",
    repository: known(repository),
    change: "renamed",
    ...(formerName ? { formerName } : {}),
  };
}

function known({ id, name, project }: Repository): HookRepository {
  return name && project?.name ? { id, fullName: `${project.name}/${name}` } : { id };
}
