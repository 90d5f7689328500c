import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as azure from "@/providers/azureDevops/schema";
import { instant } from "@/providers/kit/instant";

/**
 * The service's JSON as our nouns. `root` is the address of the organization without a slash at its end: addresses
 * are built from it, because those for cloning hold the organization as user name in front of the host. `isEmpty`, where it was
 * found out: a repository without a default branch may hold other branches.
 */
export function toRepository(repository: azure.Repository, root: string, isEmpty?: boolean): Repository {
  const fullName = fullNameOf(repository);
  const defaultBranch = defaultBranchOf(repository);
  const empty = isEmpty ?? (defaultBranch === null ? undefined : false);
  return {
    id: repository.id,
    name: repository.name,
    owner: repository.project.name,
    fullName,
    url: webUrl(root, fullName),
    // Git takes the address of the page.
    cloneUrl: webUrl(root, fullName),
    defaultBranch,
    private: repository.project.visibility !== "public",
    // Azure DevOps has no archive; a disabled repository cannot be read either.
    archived: repository.isDisabled ?? false,
    ...(empty === undefined ? {} : { empty }),
    pushedAt: null,
  };
}

export function fullNameOf({ project, name }: azure.Repository): string {
  return `${project.name}/${name}`;
}

export function defaultBranchOf({ defaultBranch }: azure.Repository): string | null {
  return shortName(defaultBranch ?? "") || null;
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(ref: azure.Ref, defaultBranch: string | null): Ref | null {
  if (!ref.objectId) return null;
  const name = shortName(ref.name);
  return {
    name,
    sha: ref.objectId,
    ...(defaultBranch === null ? {} : { default: name === defaultBranch }),
  };
}

/** Null for a tag without an object: there is nothing to deploy. */
export function toTag(ref: azure.Ref): Ref | null {
  const sha = commitIdOf(ref);
  return sha === null ? null : { name: ref.name.replace(/^refs\/tags\//, ""), sha };
}

export function commitIdOf(ref: azure.Ref): string | null {
  return ref.peeledObjectId ?? ref.objectId ?? null;
}

/** Null when its date cannot be read. */
export function toCommit(commit: azure.Commit, repositoryUrl: string): Commit | null {
  const committedAt = instant(commit.committer?.date ?? commit.author?.date);
  if (committedAt === null) return null;
  return {
    sha: commit.commitId,
    subject: commit.comment?.split("\n", 1)[0]?.trim() ?? "",
    author: commit.author?.name ?? "",
    committedAt,
    url: `${repositoryUrl}/commit/${commit.commitId}`,
  };
}

/** `main` of `refs/heads/main`. */
export function shortName(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

/** The page of a repository, which is also its address for git, or of a project. */
export function webUrl(root: string, name: string): string {
  const [owner = "", repository] = name.split("/");
  const project = `${root}/${encodeURIComponent(owner)}`;
  return repository === undefined ? project : `${project}/_git/${encodeURIComponent(repository)}`;
}
