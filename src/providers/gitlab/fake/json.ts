import type { World, WorldCommit, WorldRepository, WorldToken, WorldUser } from "@/providers/simulator/world";
import { fullNameOf } from "@/providers/simulator/world";

/** The world in the form of GitLab's JSON. `base` is the public address of the simulated host. */

export function projectJson(repository: WorldRepository, base: string, form: "simple" | "full") {
  const fullName = fullNameOf(repository);
  const short = {
    id: repository.id,
    description: null,
    name: repository.name,
    name_with_namespace: fullName.replaceAll("/", " / "),
    path: repository.name,
    path_with_namespace: fullName,
    created_at: "2026-01-01T00:00:00.000Z",
    // An empty project shows the name that its first branch will get.
    default_branch: repository.defaultBranch ?? "main",
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${new URL(base).hostname}:${fullName}.git`,
    http_url_to_repo: `${base}/${fullName}.git`,
    web_url: `${base}/${fullName}`,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: repository.pushedAt,
    visibility: repository.private ? "private" : "public",
    namespace: {
      name: repository.owner,
      path: repository.owner.split("/").at(-1),
      full_path: repository.owner,
    },
  };
  if (form === "simple") return short;
  return {
    ...short,
    archived: repository.archived,
    empty_repo: repository.branches.size === 0,
    creator_id: 11,
  };
}

export function branchJson(repository: WorldRepository, name: string, base: string) {
  return {
    name,
    commit: commitJson(repository, repository.branches.get(name) ?? "", base),
    merged: false,
    protected: repository.protectedBranches.includes(name),
    developers_can_push: false,
    developers_can_merge: false,
    can_push: true,
    default: repository.defaultBranch === name,
    web_url: `${base}/${fullNameOf(repository)}/-/tree/${encodeURIComponent(name)}`,
  };
}

export function tagJson(repository: WorldRepository, name: string, base: string) {
  const tag = repository.tags.get(name);
  const annotated = tag !== undefined && tag.object !== tag.sha;
  return {
    name,
    message: annotated ? `Version ${name}` : "",
    target: tag?.object ?? "",
    commit: commitJson(repository, tag?.sha ?? "", base),
    release: null,
    protected: false,
  };
}

export function commitJson(repository: WorldRepository, sha: string, base: string) {
  const commit: WorldCommit | undefined = repository.commits.get(sha);
  if (!commit) return null;
  const at = new Date(commit.author.at * 1000).toISOString().replace("Z", "+00:00");
  const { name, email } = commit.author;
  return {
    id: sha,
    short_id: sha.slice(0, 8),
    created_at: at,
    parent_ids: commit.parents,
    title: commit.message.split("\n")[0] ?? "",
    message: `${commit.message}\n`,
    author_name: name,
    author_email: email,
    authored_date: at,
    committer_name: name,
    committer_email: email,
    committed_date: at,
    web_url: `${base}/${fullNameOf(repository)}/-/commit/${sha}`,
  };
}

export function userJson(user: WorldUser, base: string) {
  return {
    id: user.id,
    username: user.login,
    name: user.fullName,
    state: "active",
    locked: false,
    avatar_url: null,
    web_url: `${base}/${user.login}`,
    bot: user.login.endsWith("-bot"),
  };
}

export function tokenJson(token: WorldToken, world: World, scopes: string[]) {
  return {
    id: world.tokens.indexOf(token) + 1,
    name: "Slipway",
    revoked: false,
    created_at: "2026-01-01T00:00:00.000Z",
    scopes,
    user_id: world.users.find((user) => user.login === token.login)?.id ?? 0,
    last_used_at: null,
    active: true,
    expires_at: token.expiresOn ?? null,
  };
}

export function groupJson(owner: World["owners"][number], base: string) {
  return {
    id: owner.id,
    web_url: `${base}/groups/${owner.path}`,
    name: owner.path.split("/").at(-1) ?? "",
    path: owner.path.split("/").at(-1) ?? "",
    full_name: owner.path.replaceAll("/", " / "),
    full_path: owner.path,
    visibility: "private",
    parent_id: null,
  };
}
