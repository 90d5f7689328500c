import { fullNameOf, type World, type WorldCommit, type WorldRepository } from "@/providers/simulator/world";

/** The simulated server's JSON, with all fields that a real one sends. `base` is its ROOT_URL without a slash. */

const CREATED = "2025-11-02T09:15:00Z";

export function userJson(world: World, login: string, base: string) {
  const user = world.users.find((one) => one.login === login);
  const owner = world.owners.find((one) => one.path === login);
  return {
    id: user?.id ?? owner?.id ?? 0,
    login,
    login_name: "",
    source_id: 0,
    full_name: user?.fullName ?? "",
    email: `${login}@noreply.example.com`,
    avatar_url: `${base}/avatars/${login}`,
    html_url: `${base}/${login}`,
    language: "",
    is_admin: false,
    last_login: CREATED,
    created: CREATED,
    restricted: false,
    active: true,
    prohibit_login: false,
    location: "",
    website: "",
    description: "",
    visibility: "public",
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
  };
}

export function organizationJson(id: number, name: string, base: string) {
  return {
    id,
    name,
    full_name: "",
    email: "",
    avatar_url: `${base}/avatars/${name}`,
    description: "",
    website: "",
    location: "",
    visibility: "public",
    repo_admin_change_team_access: false,
    username: name,
  };
}

export function repositoryJson(world: World, repository: WorldRepository, base: string, member: boolean) {
  const fullName = fullNameOf(repository);
  return {
    id: repository.id,
    owner: userJson(world, repository.owner, base),
    name: repository.name,
    full_name: fullName,
    description: "",
    empty: repository.defaultBranch === null,
    private: repository.private,
    fork: false,
    template: false,
    mirror: false,
    size: 24,
    language: "",
    languages_url: `${base}/api/v1/repos/${fullName}/languages`,
    html_url: `${base}/${fullName}`,
    url: `${base}/api/v1/repos/${fullName}`,
    link: "",
    ssh_url: `git@${new URL(base).hostname}:${fullName}.git`,
    clone_url: `${base}/${fullName}.git`,
    original_url: "",
    website: "",
    stars_count: 0,
    forks_count: 0,
    watchers_count: 1,
    open_issues_count: 0,
    open_pr_counter: 0,
    release_counter: 0,
    // A server names the branch that it would make, also before there is one.
    default_branch: repository.defaultBranch ?? "main",
    archived: repository.archived,
    created_at: CREATED,
    updated_at: repository.pushedAt,
    archived_at: repository.archived ? repository.pushedAt : "1970-01-01T00:00:00Z",
    permissions: { admin: member, push: member, pull: true },
    has_issues: true,
    internal_tracker: {
      enable_time_tracker: true,
      allow_only_contributors_to_track_time: true,
      enable_issue_dependencies: true,
    },
    has_wiki: true,
    has_pull_requests: true,
    has_projects: true,
    has_releases: true,
    has_packages: true,
    has_actions: false,
    ignore_whitespace_conflicts: false,
    allow_merge_commits: true,
    allow_rebase: true,
    allow_rebase_explicit: true,
    allow_squash_merge: true,
    allow_rebase_update: true,
    default_delete_branch_after_merge: false,
    default_merge_style: "merge",
    default_allow_maintainer_edit: false,
    avatar_url: "",
    internal: false,
    mirror_interval: "",
    object_format_name: "sha1",
    mirror_updated: "0001-01-01T00:00:00Z",
  };
}

export function branchJson(repository: WorldRepository, name: string, base: string) {
  const commit = commitOf(repository, repository.branches.get(name));
  return {
    name,
    commit: {
      id: commit.sha,
      message: `${commit.message}\n`,
      url: `${base}/${fullNameOf(repository)}/commit/${commit.sha}`,
      author: { name: commit.author.name, email: commit.author.email, username: "ada" },
      committer: { name: commit.author.name, email: commit.author.email, username: "ada" },
      verification: { verified: false, reason: "gpg.error.not_signed_commit", signature: "", payload: "" },
      timestamp: instant(commit),
      added: null,
      removed: null,
      modified: null,
    },
    protected: repository.protectedBranches.includes(name),
    required_approvals: 0,
    enable_status_check: false,
    status_check_contexts: [],
    user_can_push: true,
    user_can_merge: true,
    effective_branch_protection_name: "",
  };
}

export function tagJson(repository: WorldRepository, name: string, base: string) {
  const tag = repository.tags.get(name);
  const fullName = fullNameOf(repository);
  const commit = commitOf(repository, tag?.sha);
  return {
    name,
    message: tag && tag.object !== tag.sha ? `Version ${name}` : commit.message,
    id: tag?.object ?? "",
    commit: {
      url: `${base}/api/v1/repos/${fullName}/git/commits/${commit.sha}`,
      sha: commit.sha,
      created: instant(commit),
    },
    zipball_url: `${base}/${fullName}/archive/${name}.zip`,
    tarball_url: `${base}/${fullName}/archive/${name}.tar.gz`,
  };
}

export function commitJson(world: World, repository: WorldRepository, sha: string, base: string) {
  const commit = commitOf(repository, sha);
  const url = `${base}/api/v1/repos/${fullNameOf(repository)}/git/commits`;
  const signature = { name: commit.author.name, email: commit.author.email, date: instant(commit) };
  return {
    url: `${url}/${sha}`,
    sha,
    created: instant(commit),
    html_url: `${base}/${fullNameOf(repository)}/commit/${sha}`,
    commit: {
      url: `${url}/${sha}`,
      author: signature,
      committer: signature,
      message: `${commit.message}\n`,
      tree: {
        url: `${base}/api/v1/repos/${fullNameOf(repository)}/git/trees/${sha}`,
        sha,
        created: instant(commit),
      },
      verification: { verified: false, reason: "gpg.error.not_signed_commit", signature: "", payload: "" },
    },
    author: userJson(world, "ada", base),
    committer: userJson(world, "ada", base),
    parents: commit.parents.map((parent) => ({
      url: `${url}/${parent}`,
      sha: parent,
      created: instant(commit),
    })),
    files: null,
    stats: null,
  };
}

function commitOf(repository: WorldRepository, sha: string | undefined): WorldCommit {
  const commit = repository.commits.get(sha ?? "");
  if (!commit) throw new Error(`the world has no commit ${sha}`);
  return commit;
}

/** Gitea writes times in the server's zone. */
function instant(commit: WorldCommit): string {
  return new Date((commit.author.at + 3600) * 1000).toISOString().replace(".000Z", "+01:00");
}
