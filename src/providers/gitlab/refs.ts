import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { type GitlabApi, MAX_PAGE_SIZE } from "@/providers/gitlab/api";
import { toBranch, toCommit, toTag } from "@/providers/gitlab/convert";
import { HOST } from "@/providers/gitlab/error-mapping";
import type * as gitlab from "@/providers/gitlab/schema";
import { orNull } from "@/providers/kit/not-found";
import { numberedPage, type Upstream } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

export async function listRefs(api: GitlabApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const typed = query.search?.trim() ?? "";
  const search = literal(typed);
  if (search === null) return { items: [], nextCursor: null, total: 0 };
  const asked = {
    host: HOST,
    query: [query.kind, key.id ?? key.fullName, query.search ?? ""],
    cursor: query.cursor,
    size: Math.min(query.limit, MAX_PAGE_SIZE),
  };
  const named = (ref: Ref | null): ref is Ref =>
    ref?.name.toLowerCase().includes(typed.toLowerCase()) ?? false;
  if (query.kind === "branch") {
    const page = await numberedPage(asked, (at) => orNone(api, key, api.branches(key, search, at)));
    return { ...page, items: page.items.map(toBranch).filter(named) };
  }
  const page = await numberedPage(asked, (at) => orNone(api, key, api.tags(key, search, at)));
  return { ...page, items: page.items.map(toTag).filter(named) };
}

/**
 * What GitLab is asked for. It reads `^`, `$` and `*` as signs of a pattern (app/finders/git_refs_finder.rb): a name of
 * git has no `^` and no `*`, so nothing is called like that (null); a `$` at the end is compared here.
 */
function literal(typed: string): string | undefined | null {
  if (/[\^*]/.test(typed)) return null;
  return typed.replace(/\$+$/, "") || undefined;
}

/** A project without a repository of its own yet answers 404 here, as one that is not there at all does. */
async function orNone<Item>(
  api: GitlabApi,
  key: RepositoryKey,
  refs: Promise<Upstream<Item>>,
): Promise<Upstream<Item>> {
  const found = await orNull(refs);
  if (found) return found;
  const { empty_repo, path_with_namespace: repository } = await api.project(key);
  if (empty_repo) return { items: [], total: 0, next: null };
  throw new Fault("not_found", { code: "host_not_found", params: { host: HOST, repository } });
}

/**
 * A branch before a tag of the same name, and nothing but exact names: the commit call would read `main~1` or half
 * an id, so it is used for full ids only.
 */
export async function resolveRef(
  api: GitlabApi,
  base: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  const commit = await findCommit(api, key, ref);
  if (commit) return { sha: commit.id, commit: toCommit(commit, base, key.fullName) };
  throw await whyGone(api, key, ref);
}

/** `refs/heads/…` and `refs/tags/…` say which one is meant. */
async function findCommit(api: GitlabApi, key: RepositoryKey, ref: string): Promise<gitlab.Commit | null> {
  const id = ref.toLowerCase();
  if (isCommitId(id)) return exactly(await orNull(api.commit(key, id)), id);
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  // GitLab answers 400 to a name that git does not allow: nothing can be there.
  if (!isRefName(name)) return null;
  const branch = kind === "tags" ? null : await orNull(api.branch(key, name));
  if (branch || kind === "heads") return branch?.commit ?? null;
  return (await orNull(api.tag(key, name)))?.commit ?? null;
}

function exactly(commit: gitlab.Commit | null, sha: string): gitlab.Commit | null {
  return commit?.id === sha ? commit : null;
}

/** Tell a missing repository from an empty one: the person has to do different things. */
async function whyGone(api: GitlabApi, key: RepositoryKey, ref: string): Promise<Fault> {
  const project = await api.project(key);
  const repository = project.path_with_namespace;
  if (project.empty_repo) return new Fault("not_found", { code: "repository_empty", params: { repository } });
  return new Fault("not_found", { code: "ref_gone", params: { ref: ref.slice(0, 255), repository } });
}
