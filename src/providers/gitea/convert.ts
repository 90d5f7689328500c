import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as gitea from "@/providers/gitea/schema";

/**
 * Gitea's JSON as our nouns. `base` is the public address without a slash at its end: every address is built from
 * it, because those in an answer come from the server's ROOT_URL, which is often wrong and may be another origin.
 */
export function toRepository(repository: gitea.Repository, base: string): Repository {
  const fullName = repository.full_name;
  const url = `${base}/${fullName.split("/").map(encodeURIComponent).join("/")}`;
  return {
    id: String(repository.id),
    name: repository.name,
    owner: repository.owner.login,
    fullName,
    url,
    cloneUrl: `${url}.git`,
    // Gitea names a default branch also for a repository that has none yet.
    defaultBranch: repository.empty ? null : repository.default_branch || null,
    private: repository.private || (repository.internal ?? false),
    archived: repository.archived ?? false,
    empty: repository.empty,
    pushedAt: instant(repository.updated_at),
  };
}

export function toBranch(branch: gitea.Branch, defaultBranch?: string): Ref {
  return {
    name: branch.name,
    sha: branch.commit.id,
    protected: branch.protected ?? false,
    ...(defaultBranch === undefined ? {} : { default: branch.name === defaultBranch }),
  };
}

export function toTag(tag: gitea.Tag): Ref {
  return { name: tag.name, sha: tag.commit.sha };
}

export function toCommit(commit: gitea.Commit, repositoryUrl: string): Commit {
  return {
    sha: commit.sha,
    subject: subjectOf(commit.commit.message),
    author: commit.commit.author?.name ?? "",
    committedAt: instant(commit.commit.committer?.date) ?? EPOCH,
    url: `${repositoryUrl}/commit/${commit.sha}`,
  };
}

/** The commit that a branch's own answer holds, which saves a call. */
export function headOf(branch: gitea.Branch, repositoryUrl: string): Commit {
  return {
    sha: branch.commit.id,
    subject: subjectOf(branch.commit.message),
    author: branch.commit.author?.name ?? "",
    committedAt: instant(branch.commit.timestamp) ?? EPOCH,
    url: `${repositoryUrl}/commit/${branch.commit.id}`,
  };
}

const EPOCH = "1970-01-01T00:00:00.000Z";

function subjectOf(message: string | undefined): string {
  return message?.split("\n", 1)[0]?.trim() ?? "";
}

/** A UTC instant; null for Go's zero time and for what is no date. */
function instant(text: string | undefined): string | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) || at <= 0 ? null : new Date(at).toISOString();
}
