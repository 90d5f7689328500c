import type {
  World,
  WorldComment,
  WorldCommit,
  WorldDelivery,
  WorldHook,
  WorldPullRequest,
  WorldRepository,
  WorldStatus,
} from "@/providers/simulator/world";

/** Pull requests, comments, differences between commits and delivery logs of every simulated host. */

interface NewRequest {
  title: string;
  /** The branch that is to be merged. */
  branch: string;
  /** The fork that has the branch; the repository itself where it is not told. */
  from?: WorldRepository;
  base?: string;
  author?: string;
  labels?: string[];
  draft?: boolean;
  updatedAt?: string;
}

/** Open a request for what a branch holds. Its commits are in the base repository from then on, as on every host. */
export function openRequest(world: World, repository: WorldRepository, given: NewRequest): WorldPullRequest {
  const from = given.from ?? repository;
  const requests = requestsOf(world, repository);
  const request: WorldPullRequest = {
    repositoryId: repository.id,
    number: 1 + Math.max(0, ...requests.map(({ number }) => number)),
    title: given.title,
    state: "open",
    author: given.author ?? "ada",
    head: { repositoryId: from.id, ref: given.branch, sha: "" },
    base: given.base ?? repository.defaultBranch ?? "main",
    labels: given.labels ?? [],
    draft: given.draft ?? false,
    updatedAt: given.updatedAt ?? "2026-05-03T10:00:00Z",
    comments: [],
  };
  world.requests = [...(world.requests ?? []), request];
  updateRequest(world, request);
  return request;
}

/** Bring a request to the newest commit of its branch. */
export function updateRequest(world: World, request: WorldPullRequest): void {
  const from = world.repositories.find(({ id }) => id === request.head.repositoryId);
  const repository = world.repositories.find(({ id }) => id === request.repositoryId);
  const sha = from?.branches.get(request.head.ref);
  if (!from || !repository || sha === undefined)
    throw new Error(`the world has no branch ${request.head.ref}`);
  request.head.sha = sha;
  for (const [id, object] of from.objects) repository.objects.set(id, object);
  for (const [id, commit] of from.commits) repository.commits.set(id, commit);
  repository.requestHeads ??= new Map();
  repository.requestHeads.set(request.number, sha);
}

export function requestsOf(world: World, repository: WorldRepository): WorldPullRequest[] {
  return (world.requests ?? []).filter(({ repositoryId }) => repositoryId === repository.id);
}

export function addComment(
  world: World,
  request: WorldPullRequest,
  author: string,
  body: string,
): WorldComment {
  // An id is never used again, also not after its comment was deleted.
  world.lastCommentId = (world.lastCommentId ?? 900) + 1;
  const comment = { id: world.lastCommentId, author, body, edits: 0 };
  request.comments.push(comment);
  return comment;
}

export interface WorldChange {
  path: string;
  kind: "added" | "removed" | "modified";
}

/** Files that differ between two commits, by path; from nothing when `before` is undefined. */
export function changesBetween(
  before: WorldCommit | undefined,
  after: WorldCommit | undefined,
): WorldChange[] {
  const [from, to] = [before?.files ?? {}, after?.files ?? {}];
  const kindOf = (path: string) => (!(path in from) ? "added" : path in to ? "modified" : "removed");
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((path) => from[path] !== to[path])
    .toSorted()
    .map((path) => ({ path, kind: kindOf(path) }));
}

/** A commit and those before it along the first parents, newest first; `until` and what lies before it is left out. */
export function history(repository: WorldRepository, sha: string, until?: string): WorldCommit[] {
  const found: WorldCommit[] = [];
  for (let commit = repository.commits.get(sha); commit && commit.sha !== until; ) {
    found.push(commit);
    commit = repository.commits.get(commit.parents[0] ?? "");
  }
  return found;
}

/** Statuses of a commit, newest first. */
export function statusesOf(world: World, repository: WorldRepository, sha: string): WorldStatus[] {
  return (world.statuses ?? [])
    .filter((one) => one.repositoryId === repository.id && one.sha === sha)
    .toReversed();
}

/** Write down what a host sends, for a host that keeps a log. `status` is set by whoever brings it to its address. */
export function logDelivery(
  world: World,
  hook: Pick<WorldHook, "id">,
  sent: { event: string; at: string; headers: Record<string, string>; body: string },
): WorldDelivery {
  const all = world.deliveries ?? [];
  const delivery = {
    id: 1 + Math.max(7000, ...all.map(({ id }) => id)),
    hookId: hook.id,
    status: null,
    ...sent,
  };
  world.deliveries = [...all, delivery];
  return delivery;
}
