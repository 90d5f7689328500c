import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { MAX_PAGE_SIZE, type RepositoryApi } from "@/providers/github/api";
import { toBranch, toCommit, toTag } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import { isEmptyRepository } from "@/providers/github/repositories";
import type * as github from "@/providers/github/schema";
import { collect, numberedPage, type PagedQuery } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

/** GitHub finds branches by the beginning of their name only, so pages are read and filtered here. */
const MAX_SEARCH_PAGES = 20;

export async function listRefs(api: RepositoryApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const search = query.search?.trim().toLowerCase() ?? "";
  const read = query.kind === "tag" ? tagsOf(api, key) : branchesOf(api, key);
  const bound = { refs: { kind: query.kind, search, repository: key.id ?? key.fullName } };
  const size = search === "" ? Math.min(query.limit, MAX_PAGE_SIZE) : MAX_PAGE_SIZE;
  const asked = { host: HOST, query: bound, size };
  const page = async (cursor: string | undefined): Promise<Page<Ref>> => read({ ...asked, cursor });
  if (search === "") return page(query.cursor);
  const matching = async (cursor: string | undefined) => {
    const found = await page(cursor ?? query.cursor);
    return { ...found, items: found.items.filter((ref) => ref.name.toLowerCase().includes(search)) };
  };
  return collect(matching, { maxPages: MAX_SEARCH_PAGES, enough: (items) => items.length > 0 });
}

type Read = (asked: PagedQuery) => Promise<Page<Ref>>;

function tagsOf(api: RepositoryApi, key: RepositoryKey): Read {
  return async (asked) => {
    const tags = await numberedPage(asked, (page) => api.tags(key, page));
    return { ...tags, items: tags.items.map(toTag).filter((ref) => ref !== null) };
  };
}

/** Which branch is the default one, the repository tells. */
function branchesOf(api: RepositoryApi, key: RepositoryKey): Read {
  let main: Promise<github.Repository> | undefined;
  return async (asked) => {
    main ??= api.repository(key);
    const [branches, repository] = await Promise.all([
      numberedPage(asked, (page) => api.branches(key, page)),
      main,
    ]);
    const items = branches.items.map((one) => toBranch(one, repository.default_branch));
    return { ...branches, items: items.filter((ref) => ref !== null) };
  };
}

/**
 * The exact commit of a branch before a tag of the same name, or of a full commit id. GitHub's call would also read
 * `main~1` and half an id, so it is asked for exact names only.
 */
export async function resolveRef(
  api: RepositoryApi,
  base: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  for (const name of namesOf(ref)) {
    const commit = await orNull(api, key, name);
    if (commit && (name.includes("/") || commit.sha === name))
      return { sha: commit.sha, commit: toCommit(commit, base, key.fullName) };
  }
  throw await whyGone(api, key, ref);
}

/** What a ref may mean, in the order to try; nothing for a name that git does not allow. */
function namesOf(ref: string): string[] {
  const id = ref.toLowerCase();
  if (isCommitId(id)) return [id];
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (!isRefName(name)) return [];
  return kind ? [`${kind}/${name}`] : [`heads/${name}`, `tags/${name}`];
}

/** 404 and 422 are the answers to what is not there. @throws Fault `not_found` reason `repository_empty` */
async function orNull(api: RepositoryApi, key: RepositoryKey, ref: string): Promise<github.Commit | null> {
  try {
    return await api.commit(key, ref);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === "not_found" || error.details?.status === 422) return null;
    if (error.details?.status === 409) throw empty(key.fullName);
    throw error;
  }
}

/** The repository may be gone as well, or still empty: the next step differs. */
async function whyGone(api: RepositoryApi, key: RepositoryKey, ref: string): Promise<Fault> {
  const repository = await api.repository(key);
  if (await isEmptyRepository(api, repository)) return empty(repository.full_name);
  const params = { ref: ref.slice(0, 255), repository: repository.full_name };
  return new Fault("not_found", { code: "ref_gone", params });
}

function empty(repository: string): Fault {
  return new Fault("not_found", { code: "repository_empty", params: { repository } });
}
