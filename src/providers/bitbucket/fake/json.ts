import { fullNameOf, type World, type WorldCommit, type WorldRepository } from "@/providers/simulator/world";

/** The simulated host's JSON, as API 2.0 shows it. `web` is the web address without a slash at its end. */

interface Addresses {
  web: string;
  api: string;
}

export function uuidOf(id: number): string {
  return `{00000000-0000-4000-8000-${String(id).padStart(12, "0")}}`;
}

export function userJson(world: World, login: string, { web, api }: Addresses) {
  const user = world.users.find((one) => one.login === login);
  const uuid = uuidOf(user?.id ?? 0);
  return {
    display_name: user?.fullName ?? login,
    links: { self: { href: `${api}/users/${encodeURIComponent(uuid)}` }, html: { href: `${web}/${uuid}/` } },
    created_on: "2025-11-02T09:15:00.000000+00:00",
    type: "user",
    uuid,
    has_2fa_enabled: null,
    username: login,
    is_staff: false,
    account_id: `557058:${user?.id ?? 0}`,
    nickname: login,
    account_status: "active",
    location: null,
  };
}

export function membershipJson(world: World, slug: string, administrator: boolean, { api }: Addresses) {
  const workspace = { type: "workspace_base", ...workspaceJson(world, slug, api) };
  return { type: "workspace_access", administrator, workspace };
}

function workspaceJson(world: World, slug: string, api: string) {
  const id =
    world.owners.find((one) => one.path === slug)?.id ?? world.users.find((one) => one.login === slug)?.id;
  return { uuid: uuidOf(1000 + (id ?? 0)), slug, links: { self: { href: `${api}/workspaces/${slug}` } } };
}

/** The address for cloning holds the name of whoever asks. */
export function repositoryJson(repository: WorldRepository, asker: string | null, { web, api }: Addresses) {
  const fullName = fullNameOf(repository);
  const self = `${api}/repositories/${fullName}`;
  const clone = `${web.replace("://", asker ? `://${asker}@` : "://")}/${fullName}.git`;
  const ssh = `git@${new URL(web).hostname}:${fullName}.git`;
  return {
    type: "repository",
    full_name: fullName,
    links: {
      self: { href: self },
      html: { href: `${web}/${fullName}` },
      clone: [
        { name: "https", href: clone },
        { name: "ssh", href: ssh },
      ],
    },
    name: repository.name,
    slug: repository.name.toLowerCase(),
    description: "",
    scm: "git",
    website: "",
    workspace: { type: "workspace", slug: repository.owner, name: repository.owner },
    is_private: repository.private,
    fork_policy: repository.private ? "no_public_forks" : "allow_forks",
    created_on: "2025-11-02T09:15:00.000000+00:00",
    updated_on: repository.pushedAt.replace(/(?:\.\d+)?Z$/, ".000000+00:00"),
    size: 24_576,
    language: "",
    uuid: uuidOf(repository.id),
    mainbranch: repository.defaultBranch ? { type: "branch", name: repository.defaultBranch } : null,
    override_settings: {},
    parent: null,
    has_issues: false,
    has_wiki: false,
  };
}

export function branchJson(repository: WorldRepository, name: string, at: Addresses) {
  return {
    name,
    target: commitJson(repository, commitOf(repository, repository.branches.get(name)), at),
    type: "branch",
    merge_strategies: ["merge_commit", "squash", "fast_forward"],
    default_merge_strategy: "merge_commit",
  };
}

/** The target of an annotated tag is the commit behind it. */
export function tagJson(repository: WorldRepository, name: string, at: Addresses) {
  const tag = repository.tags.get(name);
  return {
    name,
    type: "tag",
    message: tag && tag.object !== tag.sha ? `Version ${name}` : null,
    date: null,
    tagger: null,
    target: commitJson(repository, commitOf(repository, tag?.sha), at),
  };
}

export function commitJson(repository: WorldRepository, commit: WorldCommit, { web, api }: Addresses) {
  const fullName = fullNameOf(repository);
  return {
    type: "commit",
    hash: commit.sha,
    date: new Date(commit.author.at * 1000).toISOString().replace(".000Z", "+00:00"),
    author: { type: "author", raw: `${commit.author.name} <${commit.author.email}>` },
    message: `${commit.message}\n`,
    links: {
      self: { href: `${api}/repositories/${fullName}/commit/${commit.sha}` },
      html: { href: `${web}/${fullName}/commits/${commit.sha}` },
    },
    parents: commit.parents.map((hash) => ({ hash, type: "commit" })),
  };
}

function commitOf(repository: WorldRepository, sha: string | undefined): WorldCommit {
  const commit = repository.commits.get(sha ?? "");
  if (!commit) throw new Error(`the world has no commit ${sha}`);
  return commit;
}
