import {
  commitObjects,
  type Files,
  type GitObject,
  type Signature,
  tagObject,
} from "@/providers/simulator/git-objects";

/** What every simulated host is seeded with. The ids of commits are real git ids, so git can serve the same world. */
export interface World {
  users: WorldUser[];
  owners: WorldOwner[];
  tokens: WorldToken[];
  repositories: WorldRepository[];
  /** OAuth applications registered on the host. */
  clients?: WorldClient[];
  /** Made through the host's API. */
  hooks?: WorldHook[];
  statuses?: WorldStatus[];
  requests?: WorldPullRequest[];
  lastCommentId?: number;
  /** What hosts with a delivery log keep of each delivery, oldest first. */
  deliveries?: WorldDelivery[];
}

/** A pull or merge request of a simulated host. `openRequest` makes one. */
export interface WorldPullRequest {
  repositoryId: number;
  number: number;
  title: string;
  state: "open" | "closed" | "merged";
  /** Login. */
  author: string;
  /** `repositoryId` is null when the fork was deleted. */
  head: { repositoryId: number | null; ref: string; sha: string };
  /** Branch. */
  base: string;
  labels: string[];
  draft: boolean;
  /** ISO instant. */
  updatedAt: string;
  comments: WorldComment[];
}

export interface WorldComment {
  id: number;
  /** Login of who wrote it. */
  author: string;
  body: string;
  /** Times that it was edited. */
  edits: number;
}

/** One attempt to deliver an event to a hook. */
export interface WorldDelivery {
  id: number;
  hookId: number;
  event: string;
  /** ISO instant. */
  at: string;
  headers: Record<string, string>;
  body: string;
  /** Status of the answer; null when there was none. */
  status: number | null;
}

/** A webhook that was made on a simulated host. */
export interface WorldHook {
  id: number;
  repositoryId: number;
  url: string;
  secret: string;
  /** In the host's words. */
  events: string[];
  active: boolean;
  /** The host signs with the secret, and does not send it along. */
  isSigned?: boolean;
  /** What the host says of its failures, in its words. */
  alert?: string;
}

/** What was set as status of a commit, in the host's words. */
export interface WorldStatus {
  repositoryId: number;
  sha: string;
  state: string;
  context: string;
  description: string;
  url: string;
  /** The host keeps it in another list than its statuses: a check of an App. */
  isCheck?: boolean;
}

export interface WorldClient {
  id: string;
  secret: string;
  /** Compared exactly (RFC 9700). */
  redirectUris: string[];
  name: string;
}

export interface WorldUser {
  id: number;
  login: string;
  fullName: string;
}

/** An organization or group. A path with a slash is a sub-group, for hosts that have them. */
interface WorldOwner {
  id: number;
  path: string;
  /** Logins of the members: they see every repository below. */
  members: string[];
}

export interface WorldToken {
  value: string;
  login: string;
  /** Scopes in the words of the simulated host; null gives all that the host has. */
  scopes: string[] | null;
  /** ISO day or instant; past means expired. */
  expiresOn?: string;
  /** Id of the OAuth application that it was given to; absent: a person made it. */
  client?: string;
}

export interface WorldCommit {
  sha: string;
  message: string;
  author: Signature;
  parents: string[];
  /** All files of the commit, not only those that it changed. */
  files: Files;
}

interface WorldTag {
  /** The commit. */
  sha: string;
  /** The tag object of an annotated tag, else the commit. */
  object: string;
}

export interface WorldRepository {
  id: number;
  /** Path of the owner: a login or an owner's path. */
  owner: string;
  name: string;
  /** `owner/name` from before a rename or a move; hosts lead on from them. */
  formerNames: string[];
  private: boolean;
  archived: boolean;
  /** Null for an empty repository. */
  defaultBranch: string | null;
  /** ISO instant of the last push. */
  pushedAt: string;
  /** Logins of outside collaborators. */
  collaborators: string[];
  branches: Map<string, string>;
  protectedBranches: string[];
  tags: Map<string, WorldTag>;
  commits: Map<string, WorldCommit>;
  objects: Map<string, GitObject>;
  /** Newest commit of each request, by its number: git serves it under the names that hosts have for it. */
  requestHeads?: Map<number, string>;
}

const AUTHOR = { name: "Ada Example", email: "ada@example.com" };
const FIRST_COMMIT = 1_767_225_600;

export function emptyRepository(
  at: Pick<WorldRepository, "id" | "owner" | "name"> & Partial<WorldRepository>,
): WorldRepository {
  return {
    formerNames: [],
    private: false,
    archived: false,
    defaultBranch: null,
    pushedAt: "2026-01-01T00:00:00Z",
    collaborators: [],
    branches: new Map(),
    protectedBranches: [],
    tags: new Map(),
    commits: new Map(),
    objects: new Map(),
    ...at,
  };
}

/**
 * Add a commit to a branch, which is made when it is not there. The first branch becomes the default one.
 * @returns the id of the commit
 */
export function commitTo(
  repository: WorldRepository,
  branch: string,
  change: { message: string; files: Files },
): string {
  const parent = repository.branches.get(branch);
  const author = { ...AUTHOR, at: FIRST_COMMIT + repository.commits.size * 60 };
  const parents = parent ? [parent] : [];
  const objects = commitObjects({ files: change.files, parents, author, message: change.message });
  for (const object of objects) repository.objects.set(object.sha, object);
  const sha = objects.at(-1)?.sha ?? "";
  repository.commits.set(sha, { sha, message: change.message, author, parents, files: change.files });
  repository.branches.set(branch, sha);
  repository.defaultBranch ??= branch;
  repository.pushedAt = new Date(author.at * 1000).toISOString();
  return sha;
}

/** Tag a commit; annotated tags have an object of their own. */
export function tagAt(repository: WorldRepository, name: string, sha: string, annotated = false): void {
  const object = annotated ? tagObject(name, sha, { ...AUTHOR, at: FIRST_COMMIT }) : null;
  if (object) repository.objects.set(object.sha, object);
  repository.tags.set(name, { sha, object: object?.sha ?? sha });
}

/** Who may see a repository: everybody a public one, members and collaborators a private one. */
export function canSee(world: World, repository: WorldRepository, login: string | null): boolean {
  return !repository.private || (login !== null && belongsTo(world, repository, login));
}

/** Is it the login's own, of one of its organizations (or a group above), or shared with it? */
export function belongsTo(world: World, repository: WorldRepository, login: string): boolean {
  if (repository.owner === login || repository.collaborators.includes(login)) return true;
  return world.owners.some(
    (owner) => owner.members.includes(login) && isWithin(repository.owner, owner.path),
  );
}

/** `acme/platform` lies within `acme`; `acme-evil` does not. Letter case does not count. */
export function isWithin(path: string, owner: string): boolean {
  return `${path.toLowerCase()}/`.startsWith(`${owner.toLowerCase()}/`);
}

export function fullNameOf(repository: WorldRepository): string {
  return `${repository.owner}/${repository.name}`;
}
