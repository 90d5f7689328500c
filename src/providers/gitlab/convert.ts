import type { Commit, Ref, Repository } from "@/git/nouns";
import type * as gitlab from "@/providers/gitlab/schema";
import { instant } from "@/providers/kit/instant";

/**
 * GitLab's JSON as our nouns. `base` is the public address of the host without a slash at its end: addresses are
 * built from it and never taken from an answer, which may be written by someone else.
 */
export function toRepository(project: gitlab.Project, base: string): Repository {
  const fullName = project.path_with_namespace;
  return {
    id: String(project.id),
    name: fullName.slice(fullName.lastIndexOf("/") + 1),
    owner: ownerOf(fullName),
    fullName,
    url: webUrl(base, fullName),
    cloneUrl: `${webUrl(base, fullName)}.git`,
    // GitLab names the default branch of an empty project before it exists.
    defaultBranch: project.empty_repo ? null : project.default_branch || null,
    // Treated as private when the server does not say; "internal" needs an account, so it is not public.
    private: project.visibility !== "public",
    archived: project.archived ?? false,
    ...(typeof project.empty_repo === "boolean" ? { empty: project.empty_repo } : {}),
    pushedAt: instant(project.last_activity_at),
  };
}

/** Null for a branch without a commit: there is nothing to deploy. */
export function toBranch(branch: gitlab.Branch): Ref | null {
  if (!branch.commit) return null;
  return {
    name: branch.name,
    sha: branch.commit.id,
    ...(typeof branch.protected === "boolean" ? { protected: branch.protected } : {}),
    ...(typeof branch.default === "boolean" ? { default: branch.default } : {}),
  };
}

/** Null for a tag that is not of a commit: there is nothing to deploy. */
export function toTag(tag: gitlab.Tag): Ref | null {
  if (!tag.commit) return null;
  return {
    name: tag.name,
    sha: tag.commit.id,
    ...(typeof tag.protected === "boolean" ? { protected: tag.protected } : {}),
  };
}

export function toCommit(commit: gitlab.Commit, base: string, fullName: string): Commit | null {
  const committedAt = instant(commit.committed_date);
  if (committedAt === null) return null;
  return {
    sha: commit.id,
    subject: commit.title ?? "",
    author: commit.author_name ?? "",
    committedAt,
    url: `${webUrl(base, fullName)}/-/commit/${commit.id}`,
  };
}

/** The page of a project or group below the host's address. */
export function webUrl(base: string, fullName: string): string {
  return `${base}/${fullName.split("/").map(encodeURIComponent).join("/")}`;
}

/** Everything before the last slash: `acme/platform` of `acme/platform/site`. */
export function ownerOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf("/")));
}

/** Is a path the scope itself or below it? Whole segments count, so `acme-evil` is not inside `acme`. */
export function isInside(path: string, scope: string): boolean {
  const [inner, outer] = [path.toLowerCase(), scope.toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}
