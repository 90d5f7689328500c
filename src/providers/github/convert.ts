import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as github from "@/providers/github/schema";
import { instant } from "@/providers/kit/instant";

/**
 * GitHub's JSON as our nouns. `base` is the web address without a slash at its end: addresses are built from it and
 * never taken from an answer.
 */
export function toRepository(repository: github.Repository, base: string): Repository {
  const fullName = repository.full_name;
  const url = webUrl(base, fullName);
  const [owner = "", name = ""] = fullName.split("/");
  return {
    id: String(repository.id),
    name,
    owner,
    fullName,
    url,
    cloneUrl: `${url}.git`,
    defaultBranch: repository.default_branch || null,
    // Treated as private when the host does not say.
    private: repository.private ?? true,
    archived: repository.archived ?? false,
    pushedAt: instant(repository.pushed_at),
  };
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(branch: github.Branch, defaultBranch: string | null | undefined): Ref | null {
  if (!branch.commit) return null;
  return {
    name: branch.name,
    sha: branch.commit.sha,
    ...(typeof branch.protected === "boolean" ? { protected: branch.protected } : {}),
    ...(defaultBranch ? { default: branch.name === defaultBranch } : {}),
  };
}

/** Null for a tag that is not of a commit: there is nothing to deploy. */
export function toTag(tag: github.Tag): Ref | null {
  return tag.commit ? { name: tag.name, sha: tag.commit.sha } : null;
}

/** Null when the date of the commit cannot be read. */
export function toCommit({ sha, commit }: github.Commit, base: string, fullName: string): Commit | null {
  const committedAt = instant(commit.committer?.date);
  if (committedAt === null) return null;
  return {
    sha,
    subject: commit.message?.split("\n", 1)[0]?.trim() ?? "",
    author: commit.author?.name ?? "",
    committedAt,
    url: `${webUrl(base, fullName)}/commit/${sha}`,
  };
}

export function ownerOf(fullName: string): string {
  return fullName.split("/", 1)[0] ?? "";
}

/** The page of a repository, or of an owner. */
export function webUrl(base: string, name: string): string {
  return `${base}/${name.split("/").map(encodeURIComponent).join("/")}`;
}
