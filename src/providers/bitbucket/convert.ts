import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { instant } from "@/providers/kit/instant";

/**
 * Bitbucket's JSON as our nouns. `base` is the web address without a slash at its end: addresses are built from it,
 * because those for cloning hold the name of whoever asks in front of the host. `isEmpty`, where it was found out: a
 * repository without a main branch may hold other branches.
 */
export function toRepository(repository: bitbucket.Repository, base: string, isEmpty?: boolean): Repository {
  const fullName = repository.full_name;
  const [owner = "", name = ""] = fullName.split("/");
  const defaultBranch = repository.mainbranch?.name ?? null;
  const empty = isEmpty ?? (defaultBranch === null ? undefined : false);
  return {
    id: repository.uuid,
    name,
    owner,
    fullName,
    url: webUrl(base, fullName),
    cloneUrl: `${webUrl(base, fullName)}.git`,
    defaultBranch,
    // Treated as private when the host does not say.
    private: repository.is_private ?? true,
    // Bitbucket Cloud has no archive.
    archived: false,
    ...(empty === undefined ? {} : { empty }),
    pushedAt: instant(repository.updated_on),
  };
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(branch: bitbucket.Ref, defaultBranch: string | undefined): Ref | null {
  if (!branch.target) return null;
  return {
    name: branch.name,
    sha: branch.target.hash,
    ...(defaultBranch === undefined ? {} : { default: branch.name === defaultBranch }),
  };
}

/** Null for a tag that is not of a commit: there is nothing to deploy. */
export function toTag(tag: bitbucket.Ref): Ref | null {
  return tag.target ? { name: tag.name, sha: tag.target.hash } : null;
}

/** Null when the date of the commit cannot be read. */
export function toCommit(commit: bitbucket.Commit, base: string, fullName: string): Commit | null {
  const committedAt = instant(commit.date);
  if (committedAt === null) return null;
  return {
    sha: commit.hash,
    subject: commit.message?.split("\n", 1)[0]?.trim() ?? "",
    author: nameIn(commit.author?.raw ?? ""),
    committedAt,
    url: `${webUrl(base, fullName)}/commits/${commit.hash}`,
  };
}

/** `Ada Example <ada@example.com>` without the address. */
export function nameIn(raw: string): string {
  const end = raw.indexOf("<");
  return (end < 0 ? raw : raw.slice(0, end)).trim();
}

/** The page of a repository, or of a workspace. */
export function webUrl(base: string, name: string): string {
  return `${base}/${name.split("/").map(encodeURIComponent).join("/")}`;
}
