import { fullNameOf, type World, type WorldCommit, type WorldRepository } from "@/providers/simulator/world";

/** The simulated host's JSON, with the fields that GitHub's description demands. `api` is the root of its API. */

const CREATED = "2025-11-02T09:15:00Z";

export interface Addresses {
  /** Of the pages, without a slash at its end. */
  web: string;
  /** Of the API, without a slash at its end. */
  api: string;
}

const USER_LINKS = [
  ..."followers_url following_url gists_url starred_url subscriptions_url".split(" "),
  ..."organizations_url repos_url events_url received_events_url".split(" "),
];

export function accountJson(world: World, login: string, { web, api }: Addresses) {
  const user = world.users.find((one) => one.login === login);
  const owner = world.owners.find((one) => one.path === login);
  const url = `${api}/users/${login}`;
  const id = user?.id ?? owner?.id ?? 0;
  const links = Object.fromEntries(USER_LINKS.map((name) => [name, `${url}/${name.replace("_url", "")}`]));
  return {
    login,
    id,
    node_id: nodeId("U", id),
    avatar_url: `${web}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: `${web}/${login}`,
    ...links,
    type: owner ? "Organization" : "User",
    user_view_type: "public",
    site_admin: false,
  };
}

export function userJson(world: World, login: string, at: Addresses) {
  return {
    ...accountJson(world, login, at),
    name: world.users.find((one) => one.login === login)?.fullName ?? null,
    company: null,
    blog: "",
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: 1,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: CREATED,
    updated_at: CREATED,
  };
}

export function organizationJson(world: World, login: string, at: Addresses) {
  const { id, node_id, avatar_url } = accountJson(world, login, at);
  const url = `${at.api}/orgs/${login}`;
  const links = ["repos", "events", "hooks", "issues"].map((name) => [`${name}_url`, `${url}/${name}`]);
  const members = { members_url: `${url}/members{/member}`, public_members_url: `${url}/public_members` };
  return { login, id, node_id, url, ...Object.fromEntries(links), ...members, avatar_url, description: null };
}

const REPOSITORY_LINKS = [
  ..."archive assignees blobs branches collaborators comments commits compare contents contributors".split(
    " ",
  ),
  ..."deployments downloads events forks git_commits git_refs git_tags hooks issue_comment issue_events".split(
    " ",
  ),
  ..."issues keys labels languages merges milestones notifications pulls releases stargazers statuses".split(
    " ",
  ),
  ..."subscribers subscription tags teams trees".split(" "),
];

/** As in the list of an organization. */
export function minimalJson(world: World, repository: WorldRepository, at: Addresses) {
  const fullName = fullNameOf(repository);
  const url = `${at.api}/repos/${fullName}`;
  const links = REPOSITORY_LINKS.map((name) => [`${name}_url`, `${url}/${name}`]);
  return {
    id: repository.id,
    node_id: nodeId("R", repository.id),
    name: repository.name,
    full_name: fullName,
    owner: accountJson(world, repository.owner, at),
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    html_url: `${at.web}/${fullName}`,
    description: null,
    fork: false,
    url,
    ...Object.fromEntries(links),
    git_url: `git://${new URL(at.web).host}/${fullName}.git`,
    ssh_url: `git@${new URL(at.web).hostname}:${fullName}.git`,
    clone_url: `${at.web}/${fullName}.git`,
    svn_url: `${at.web}/${fullName}`,
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    forks: 0,
    stargazers_count: 0,
    watchers_count: 0,
    watchers: 0,
    // Kilobytes, rounded down: small repositories have 0 as well as empty ones.
    size: 0,
    default_branch: repository.defaultBranch ?? "main",
    open_issues_count: 0,
    open_issues: 0,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    archived: repository.archived,
    disabled: false,
    pushed_at: repository.pushedAt,
    created_at: CREATED,
    updated_at: repository.pushedAt,
    license: null,
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

/** As in the list of an account and in a search, which adds a score. */
export function repositoryJson(world: World, repository: WorldRepository, at: Addresses) {
  return minimalJson(world, repository, at);
}

/** As it is shown alone. */
export function fullJson(world: World, repository: WorldRepository, at: Addresses) {
  const extra = { network_count: 0, subscribers_count: 0, has_discussions: false };
  return { ...minimalJson(world, repository, at), ...extra };
}

export function branchJson(repository: WorldRepository, name: string, { api }: Addresses) {
  const sha = repository.branches.get(name) ?? "";
  const commit = { sha, url: `${api}/repos/${fullNameOf(repository)}/commits/${sha}` };
  return { name, commit, protected: repository.protectedBranches.includes(name) };
}

export function tagJson(repository: WorldRepository, name: string, { api }: Addresses) {
  const sha = repository.tags.get(name)?.sha ?? "";
  const url = `${api}/repos/${fullNameOf(repository)}`;
  return {
    name,
    zipball_url: `${url}/zipball/refs/tags/${name}`,
    tarball_url: `${url}/tarball/refs/tags/${name}`,
    commit: { sha, url: `${url}/commits/${sha}` },
    node_id: nodeId("T", repository.id),
  };
}

export function commitJson(world: World, repository: WorldRepository, commit: WorldCommit, at: Addresses) {
  const url = `${at.api}/repos/${fullNameOf(repository)}`;
  const page = `${at.web}/${fullNameOf(repository)}/commit`;
  const date = new Date(commit.author.at * 1000).toISOString().replace(".000Z", "Z");
  const signature = { name: commit.author.name, email: commit.author.email, date };
  return {
    sha: commit.sha,
    node_id: nodeId("C", repository.id),
    commit: {
      author: signature,
      committer: signature,
      message: commit.message,
      tree: { sha: commit.sha, url: `${url}/git/trees/${commit.sha}` },
      url: `${url}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${url}/commits/${commit.sha}`,
    html_url: `${page}/${commit.sha}`,
    comments_url: `${url}/commits/${commit.sha}/comments`,
    author: accountJson(world, "ada", at),
    committer: null,
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: `${page}/${sha}` })),
    stats: { total: 1, additions: 1, deletions: 0 },
    files: [],
  };
}

function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString("base64url")}`;
}

const ROOT_LINKS = [
  ..."current_user current_user_authorizations_html authorizations code_search commit_search emails".split(
    " ",
  ),
  ..."emojis events feeds followers following gists issue_search issues keys label_search".split(" "),
  ..."notifications organization organization_repositories organization_teams public_gists".split(" "),
  ..."rate_limit repository repository_search current_user_repositories starred starred_gists user".split(
    " ",
  ),
  ..."user_organizations user_repositories user_search".split(" "),
];

export function rootJson({ api }: Addresses) {
  return Object.fromEntries(ROOT_LINKS.map((name) => [`${name}_url`, `${api}/${name}`]));
}
