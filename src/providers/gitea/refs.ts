import type { Commit, Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GiteaApi, MAX_PAGE_SIZE } from "@/providers/gitea/api";
import { headOf, toBranch, toCommit, toTag } from "@/providers/gitea/convert";
import { collect, numberedPage } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

/** Pages that one search may read from a server that does not search itself. */
const MAX_SEARCH_PAGES = 20;

/**
 * The name for git, which answers the former one with a redirect that is not followed. A token that may not ask gets
 * the name that is known.
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

/** Which branch is the default one, the repository tells. */
async function described(
  api: GiteaApi,
  key: RepositoryKey,
  kind: RefQuery["kind"],
): Promise<{ fullName: string; main?: string }> {
  if (kind === "tag") return { fullName: await located(api, key) };
  const repository = await api.repository(key);
  return { fullName: repository.full_name, main: repository.default_branch };
}

export async function listRefs(api: GiteaApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const { fullName, main } = await described(api, key, query.kind);
  const search = query.search?.trim().toLowerCase() ?? "";
  const size = search === "" ? Math.min(query.limit, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  const bound = { refs: { kind: query.kind, search, repository: key.id ?? fullName } };
  const read = (cursor: string | undefined) =>
    numberedPage<Ref>({ query: bound, cursor, size }, async (page) => {
      if (query.kind === "tag") return mapped(await api.tags(fullName, page), toTag);
      return mapped(await api.branches(fullName, search, page), (branch) => toBranch(branch, main));
    });
  return search === "" ? read(query.cursor) : searched(read, query, search);
}

function mapped<From, To>(
  upstream: { items: From[]; total?: number; next?: number | null },
  to: (item: From) => To,
) {
  return { ...upstream, items: upstream.items.map(to) };
}

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
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref)) return commitAt(api, fullName, url, ref.toLowerCase());
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  if (branch) return headOf(await api.branch(fullName, branch), url);
  const tag = /^refs\/tags\/(.+)$/.exec(ref)?.[1];
  if (tag) return taggedAt(api, fullName, url, tag);
  try {
    return headOf(await api.branch(fullName, ref), url);
  } catch (error) {
    if (isGone(error)) return taggedAt(api, fullName, url, ref);
    throw error;
  }
}

async function taggedAt(api: GiteaApi, fullName: string, url: string, tag: string): Promise<Commit> {
  const { commit } = await api.tag(fullName, tag);
  // What a tag names may be another tag, whose commit the server finds.
  return toCommit(await api.commit(fullName, commit.sha), url);
}

async function commitAt(api: GiteaApi, fullName: string, url: string, sha: string): Promise<Commit> {
  const commit = toCommit(await api.commit(fullName, sha), url);
  // The server resolves names here too; another id means that this commit is not there.
  if (commit.sha !== sha) throw new Fault("not_found", { code: "host_not_found", params: { host: "Gitea" } });
  return commit;
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
