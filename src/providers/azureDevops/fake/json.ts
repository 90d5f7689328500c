import type { World, WorldCommit, WorldRepository } from "@/providers/simulator/world";

/** The simulated service's JSON. `root` is the address of the organization without a slash. */

export function guidOf(id: number): string {
  return `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`;
}

export function identityJson(login: string, world?: World) {
  const user = world?.users.find((one) => one.login === login);
  const name = user?.fullName ?? login;
  return { displayName: name, id: guidOf(user?.id ?? 12), uniqueName: `${login}@example.com` };
}

export function connectionJson(world: World, login: string | null) {
  const user = world.users.find((one) => one.login === login);
  const authenticatedUser = {
    id: user ? guidOf(user.id) : "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
    descriptor: "Microsoft.IdentityModel.Claims.ClaimsIdentity;acme",
    subjectDescriptor: "aad.YWNtZQ",
    providerDisplayName: user?.fullName ?? "Anonymous",
    isActive: true,
    properties: { Account: { $type: "System.String", $value: user?.login ?? "" } },
    resourceVersion: 2,
    metaTypeId: 0,
  };
  return {
    authenticatedUser,
    authorizedUser: authenticatedUser,
    instanceId: guidOf(1),
    deploymentId: guidOf(2),
    deploymentType: "hosted",
    locationServiceData: { serviceOwner: guidOf(3), lastChangeId: 1 },
  };
}

export function projectJson(world: World, owner: string, root: string) {
  const id =
    world.owners.find((one) => one.path === owner)?.id ?? world.users.find((one) => one.login === owner)?.id;
  return {
    id: guidOf(1000 + (id ?? 0)),
    name: owner,
    url: `${root}/_apis/projects/${guidOf(1000 + (id ?? 0))}`,
    state: "wellFormed",
    revision: 11,
    visibility: "private",
    lastUpdateTime: "2025-11-02T09:15:00.000Z",
  };
}

/** The address for cloning holds the organization as user name. */
export function repositoryJson(world: World, one: WorldRepository, root: string) {
  const page = `${root}/${encodeURIComponent(one.owner)}/_git/${encodeURIComponent(one.name)}`;
  const organization = root.split("/").at(-1);
  return {
    id: guidOf(one.id),
    name: one.name,
    url: `${root}/_apis/git/repositories/${guidOf(one.id)}`,
    project: projectJson(world, one.owner, root),
    ...(one.defaultBranch ? { defaultBranch: `refs/heads/${one.defaultBranch}` } : {}),
    size: 24_576,
    remoteUrl: page.replace("://", `://${organization}@`),
    sshUrl: `git@ssh.dev.azure.com:v3/${organization}/${one.owner}/${one.name}`,
    webUrl: page,
    isDisabled: one.archived,
    isInMaintenance: false,
  };
}

export function refJson(one: WorldRepository, name: string, isPeeled: boolean, root: string) {
  const tag = name.startsWith("refs/tags/") ? one.tags.get(name.slice("refs/tags/".length)) : undefined;
  const sha = tag?.object ?? one.branches.get(name.replace("refs/heads/", "")) ?? "";
  const peeled = isPeeled && tag && tag.object !== tag.sha ? { peeledObjectId: tag.sha } : {};
  const url = `${root}/_apis/git/repositories/${guidOf(one.id)}/refs?filter=${encodeURIComponent(name.slice(5))}`;
  const creator = { ...identityJson("ada"), displayName: "Ada Example" };
  return { name, objectId: sha, ...peeled, creator, url };
}

export function commitJson(one: WorldRepository, commit: WorldCommit, root: string) {
  const { name, email, at } = commit.author;
  const person = { name, email, date: new Date(at * 1000).toISOString().replace(".000Z", "Z") };
  const url = `${root}/_apis/git/repositories/${guidOf(one.id)}/commits/${commit.sha}`;
  return {
    treeId: commit.sha,
    commitId: commit.sha,
    author: person,
    committer: person,
    comment: commit.message,
    parents: commit.parents,
    url,
    remoteUrl: `${root}/${one.owner}/_git/${one.name}/commit/${commit.sha}`,
  };
}
