import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as gitea from "@/providers/gitea/schema";
import { EPOCH, instant } from "@/providers/kit/instant";

/**
 * Gitea's JSON as our nouns. `base` is the public address without a slash at its end: every address is built from
 * it, because those in an answer come from the server's ROOT_URL, which is often wrong and may be another origin.
 */
export function toRepository(repository: gitea.Repository, base: string): Repository {
  const fullName = repository.full_name;
  const [owner = "", name = ""] = fullName.split("/");
  const url = `${base}/${fullName.split("/").map(encodeURIComponent).join("/")}`;
  return {
    id: String(repository.id),
    name,
    owner,
    fullName,
    url,
    cloneUrl: `${url}.git`,
    // Gitea names a default branch also for a repository that has none yet.
    defaultBranch: repository.empty ? null : repository.default_branch || null,
    // Treated as private when the server does not say.
    private: (repository.private ?? true) || (repository.internal ?? false),
    archived: repository.archived ?? false,
    ...(typeof repository.empty === "boolean" ? { empty: repository.empty } : {}),
    pushedAt: instantOf(repository.updated_at),
  };
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(branch: gitea.Branch, defaultBranch?: string): Ref | null {
  if (!branch.commit) return null;
  return {
    name: branch.name,
    sha: branch.commit.id,
    ...(typeof branch.protected === "boolean" ? { protected: branch.protected } : {}),
    ...(defaultBranch ? { default: branch.name === defaultBranch } : {}),
  };
}

/** The branches that have a commit. */
export function toBranches(branches: gitea.Branch[], defaultBranch?: string): Ref[] {
  return branches.map((branch) => toBranch(branch, defaultBranch)).filter((ref) => ref !== null);
}

/** The tags that are of a commit. */
export function toTags(tags: gitea.Tag[]): Ref[] {
  return tags.map(toTag).filter((ref) => ref !== null);
}

/** Null for a tag that is not of a commit: there is nothing to deploy. */
function toTag(tag: gitea.Tag): Ref | null {
  return tag.commit ? { name: tag.name, sha: tag.commit.sha } : null;
}

export function toCommit({ sha, commit }: gitea.Commit, repositoryUrl: string): Commit {
  return {
    sha,
    subject: subjectOf(commit?.message),
    author: commit?.author?.name ?? "",
    committedAt: instantOf(commit?.committer?.date) ?? EPOCH,
    url: `${repositoryUrl}/commit/${sha}`,
  };
}

/** The commit that a branch's own answer holds, which saves a call; null when it holds none. */
export function headOf({ commit }: gitea.Branch, repositoryUrl: string): Commit | null {
  if (!commit) return null;
  return {
    sha: commit.id,
    subject: subjectOf(commit.message),
    author: commit.author?.name ?? "",
    committedAt: instantOf(commit.timestamp) ?? EPOCH,
    url: `${repositoryUrl}/commit/${commit.id}`,
  };
}

function subjectOf(message: string | null | undefined): string {
  return message?.split("\n", 1)[0]?.trim() ?? "";
}

/** Null for Go's zero time too, which lies before all others. */
export function instantOf(text: string | null | undefined): string | null {
  const at = instant(text);
  return at !== null && at > EPOCH ? at : null;
}

/** Older servers mark a draft by the beginning of its title alone. */
export function isMarkedAsDraft(title: string | null | undefined): boolean {
  return /^(\[WIP\]|WIP:)/i.test(title ?? "");
}
