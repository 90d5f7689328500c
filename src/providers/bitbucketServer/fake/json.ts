import type { World, WorldCommit, WorldRepository } from "@/providers/simulator/world";

/** The simulated server's JSON, as its REST API shows it. `base` is its base URL without a slash. */

/** What belongs to a person lies in a project of its own, `~ada`. */
export function projectKeyOf(world: World, owner: string): string {
  return world.users.some((one) => one.login === owner) ? `~${owner}` : owner;
}

export function userJson(world: World, login: string, base: string) {
  const user = world.users.find((one) => one.login === login);
  return {
    name: login,
    emailAddress: `${login}@example.com`,
    active: true,
    displayName: user?.fullName ?? login,
    id: user?.id ?? 0,
    slug: login,
    type: "NORMAL",
    links: { self: [{ href: `${base}/users/${login}` }] },
  };
}

export function projectJson(world: World, owner: string, base: string) {
  const key = projectKeyOf(world, owner);
  const isPerson = key.startsWith("~");
  const id = world.owners.find((one) => one.path === owner)?.id ?? 1000;
  const page = isPerson ? `users/${owner}` : `projects/${key}`;
  return {
    key,
    id,
    name: owner,
    public: false,
    type: isPerson ? "PERSONAL" : "NORMAL",
    links: { self: [{ href: `${base}/${page}` }] },
  };
}

export function repositoryJson(world: World, one: WorldRepository, base: string) {
  const key = projectKeyOf(world, one.owner);
  const page = key.startsWith("~") ? `users/${one.owner}` : `projects/${key}`;
  return {
    slug: one.name,
    id: one.id,
    name: one.name,
    hierarchyId: "e3c939f9ef4a7fae272e",
    scmId: "git",
    state: "AVAILABLE",
    statusMessage: "Available",
    forkable: true,
    project: projectJson(world, one.owner, base),
    public: !one.private,
    archived: one.archived,
    links: {
      clone: [
        { href: `${base}/scm/${key.toLowerCase()}/${one.name}.git`, name: "http" },
        {
          href: `ssh://git@${new URL(base).hostname}:7999/${key.toLowerCase()}/${one.name}.git`,
          name: "ssh",
        },
      ],
      self: [{ href: `${base}/${page}/repos/${one.name}/browse` }],
    },
  };
}

export function branchJson(one: WorldRepository, name: string) {
  const sha = one.branches.get(name) ?? "";
  return {
    ...refJson("heads", name),
    latestCommit: sha,
    latestChangeset: sha,
    default: one.defaultBranch === name,
  };
}

export function refJson(folder: "heads" | "tags", name: string) {
  return { id: `refs/${folder}/${name}`, displayId: name, type: folder === "tags" ? "TAG" : "BRANCH" };
}

/** A plain tag has no object of its own. */
export function tagJson(one: WorldRepository, name: string) {
  const tag = one.tags.get(name);
  const sha = tag?.sha ?? "";
  const own = tag && tag.object !== tag.sha ? { hash: tag.object } : {};
  return { ...refJson("tags", name), latestCommit: sha, latestChangeset: sha, ...own };
}

export function commitJson(commit: WorldCommit) {
  const person = { name: commit.author.name, emailAddress: commit.author.email };
  const at = commit.author.at * 1000;
  return {
    id: commit.sha,
    displayId: commit.sha.slice(0, 11),
    author: person,
    authorTimestamp: at,
    committer: person,
    committerTimestamp: at,
    message: commit.message,
    parents: commit.parents.map((id) => ({ id, displayId: id.slice(0, 11) })),
  };
}
