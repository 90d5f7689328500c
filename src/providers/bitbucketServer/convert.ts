import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as server from "@/providers/bitbucketServer/schema";

/** What other calls tell of a repository: its default branch, if that is there, and whether it has any branch. */
export interface Filling {
  defaultBranch: string | null;
  empty: boolean;
}

/**
 * The server's JSON as our nouns. `base` is the public address without a slash at its end: addresses are built from
 * it, because those in an answer come from the server's configured base URL.
 */
export function toRepository(repository: server.Repository, base: string, filling?: Filling): Repository {
  const fullName = fullNameOf(repository);
  return {
    id: String(repository.id),
    name: repository.slug,
    owner: repository.project.key,
    fullName,
    url: webUrl(base, fullName),
    cloneUrl: `${base}/${clonePath(fullName)}`,
    defaultBranch: filling?.defaultBranch ?? null,
    private: !(repository.public || repository.project.public),
    archived: repository.archived ?? false,
    ...(filling ? { empty: filling.empty } : {}),
    // The server does not tell it.
    pushedAt: null,
  };
}

export function fullNameOf({ project, slug }: server.Repository): string {
  return `${project.key}/${slug}`;
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(branch: server.Branch): Ref | null {
  if (!branch.latestCommit) return null;
  const isDefault = branch.default ?? branch.isDefault;
  return {
    name: branch.displayId,
    sha: branch.latestCommit,
    ...(typeof isDefault === "boolean" ? { default: isDefault } : {}),
  };
}

/** Null for a tag that is not of a commit: there is nothing to deploy. */
export function toTag(tag: server.Tag): Ref | null {
  return tag.latestCommit ? { name: tag.displayId, sha: tag.latestCommit } : null;
}

/** Null when its date cannot be read. */
export function toCommit(commit: server.Commit, base: string, fullName: string): Commit | null {
  const committedAt = instantOf(commit.committerTimestamp ?? commit.authorTimestamp);
  if (committedAt === null) return null;
  return {
    sha: commit.id,
    subject: commit.message?.split("\n", 1)[0]?.trim() ?? "",
    author: commit.author?.name ?? "",
    committedAt,
    url: `${webUrl(base, fullName)}/commits/${commit.id}`,
  };
}

/** A UTC instant of milliseconds; null for what is none. */
export function instantOf(milliseconds: number | null | undefined): string | null {
  const at = new Date(milliseconds ?? Number.NaN);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The page of a repository, or of a project. What belongs to a person lies below `users`. */
export function webUrl(base: string, name: string): string {
  const [owner = "", slug] = name.split("/");
  const isPerson = owner.startsWith("~");
  const place = isPerson
    ? `users/${encodeURIComponent(owner.slice(1))}`
    : `projects/${encodeURIComponent(owner)}`;
  return `${base}/${place}${slug ? `/repos/${encodeURIComponent(slug)}` : ""}`;
}

/** Below the address: `scm/acme/site.git`. Keys are in capitals elsewhere, but not here. */
export function clonePath(fullName: string): string {
  const [owner = "", slug = ""] = fullName.split("/");
  return `scm/${encodeURIComponent(owner.toLowerCase())}/${encodeURIComponent(slug)}.git`;
}
