import type { Commit, Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { type GiteaApi, MAX_PAGE_SIZE } from "@/providers/gitea/api";
import { headOf, toBranches, toCommit, toTags } from "@/providers/gitea/convert";
import { errorMapping } from "@/providers/gitea/error-mapping";
import type * as gitea from "@/providers/gitea/schema";
import { collect, numberedPage } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

/** Pages that one search may read from a server that does not search itself. */
const MAX_SEARCH_PAGES = 20;

/**
 * The current name for git, which does not follow the redirect of a former one. A token that may not read it keeps
 * the known name.
 */
export async function nameForGit(api: GiteaApi, key: RepositoryKey): Promise<string> {
  try {
    return (await api.repository(key)).full_name;
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return key.fullName;
    throw error;
  }
}

/** By its id a repository is looked up first. */
async function located(api: GiteaApi, key: RepositoryKey): Promise<string> {
  return key.id ? (await api.repository(key)).full_name : key.fullName;
}

/** The default branch is known from the repository. */
async function described(
  api: GiteaApi,
  key: RepositoryKey,
  kind: RefQuery["kind"],
): Promise<{ fullName: string; main?: string }> {
  if (kind === "tag") return { fullName: await located(api, key) };
  const repository = await api.repository(key);
  return { fullName: repository.full_name, main: repository.default_branch ?? undefined };
}

export async function listRefs(api: GiteaApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const { fullName, main } = await described(api, key, query.kind);
  const search = query.search?.trim().toLowerCase() ?? "";
  const size = search === "" ? Math.min(query.limit, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  const bound = { refs: { kind: query.kind, search, repository: key.id ?? fullName } };
  const asked = { host: errorMapping.host, query: bound, size };
  const read = async (cursor: string | undefined): Promise<Page<Ref>> => {
    if (query.kind === "tag") {
      const page = await numberedPage({ ...asked, cursor }, (at) => api.tags(fullName, at));
      return { ...page, items: toTags(await ownNames(api, fullName, page.items)) };
    }
    const page = await numberedPage({ ...asked, cursor }, (at) => api.branches(fullName, search, at));
    return { ...page, items: toBranches(page.items, main) };
  };
  return search === "" ? read(query.cursor) : searched(read, query, search);
}

/**
 * A tag whose name a branch has too is listed with `tags/` in front (`refname:short` in modules/git/repo_tag.go), but
 * found without it. One that is really called so is found as it is.
 */
function ownNames(api: GiteaApi, fullName: string, tags: gitea.Tag[]): Promise<gitea.Tag[]> {
  const named = async (tag: gitea.Tag): Promise<gitea.Tag> => {
    if (!tag.name.startsWith(listedAs)) return tag;
    try {
      await api.tag(fullName, tag.name);
      return tag;
    } catch (error) {
      if (isGone(error)) return { ...tag, name: tag.name.slice(listedAs.length) };
      throw error;
    }
  };
  return Promise.all(tags.map(named));
}

const listedAs = "tags/";

/** A server before 1.27 ignores the search, so pages are read and filtered until there is something to show. */
async function searched(
  read: (cursor: string | undefined) => Promise<Page<Ref>>,
  query: RefQuery,
  search: string,
): Promise<Page<Ref>> {
  const filtered = async (cursor: string | undefined) => {
    const page = await read(cursor ?? query.cursor);
    return { ...page, items: page.items.filter((ref) => ref.name.toLowerCase().includes(search)) };
  };
  return collect(filtered, { maxPages: MAX_SEARCH_PAGES, enough: (found) => found.length > 0 });
}

/** The exact commit of a branch, tag or full commit id; `refs/heads/…` and `refs/tags/…` say which one is meant. */
export async function resolveRef(
  api: GiteaApi,
  base: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  const fullName = await located(api, key);
  const url = `${base}/${fullName.split("/").map(encodeURIComponent).join("/")}`;
  try {
    const commit = await found(api, fullName, url, ref);
    return { sha: commit.sha, commit };
  } catch (error) {
    throw isGone(error) ? await whyGone(api, fullName, ref) : error;
  }
}

async function found(api: GiteaApi, fullName: string, url: string, ref: string): Promise<Commit> {
  if (isCommitId(ref.toLowerCase())) return commitAt(api, fullName, url, ref.toLowerCase());
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (!isRefName(name)) throw notThere();
  if (kind === "tags") return taggedAt(api, fullName, url, name);
  try {
    return await headAt(api, fullName, url, name);
  } catch (error) {
    if (isGone(error) && !kind) return taggedAt(api, fullName, url, name);
    throw error;
  }
}

async function headAt(api: GiteaApi, fullName: string, url: string, branch: string): Promise<Commit> {
  const head = headOf(await api.branch(fullName, branch), url);
  if (head) return head;
  throw notThere();
}

async function taggedAt(api: GiteaApi, fullName: string, url: string, tag: string): Promise<Commit> {
  const { commit } = await api.tag(fullName, tag);
  if (!commit) throw notThere();
  // What a tag names may be another tag, whose commit the server finds.
  return toCommit(await api.commit(fullName, commit.sha), url);
}

async function commitAt(api: GiteaApi, fullName: string, url: string, sha: string): Promise<Commit> {
  const commit = toCommit(await api.commit(fullName, sha), url);
  // The server resolves names here too; another id means that this commit is not there.
  if (commit.sha !== sha) throw notThere();
  return commit;
}

function notThere(): Fault {
  return new Fault("not_found", { code: "host_not_found", params: { host: errorMapping.host } });
}

/** 422 is the answer to a commit id that cannot be one. */
function isGone(error: unknown): boolean {
  return error instanceof Fault && (error.code === "not_found" || error.details?.status === 422);
}

/** Tell a missing repository, an empty one and a missing ref apart. */
async function whyGone(api: GiteaApi, fullName: string, ref: string): Promise<Fault> {
  const repository = await api.repository({ fullName });
  const code = repository.empty ? "repository_empty" : "ref_gone";
  return new Fault("not_found", { code, params: { ref: ref.slice(0, 200), repository: fullName } });
}
