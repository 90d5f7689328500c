import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { type BitbucketApi, MAX_PAGE_SIZE } from "@/providers/bitbucket/api";
import { toBranch, toCommit, toTag } from "@/providers/bitbucket/convert";
import { isNotFound, locate } from "@/providers/bitbucket/locate";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { type At, continuedPage } from "@/providers/kit/continued";
import type { RefQuery } from "@/providers/provider";

/** The repository is asked for first: it tells the name of today and the default branch. */
export async function listRefs(api: BitbucketApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const repository = await locate(api, key);
  const search = query.search?.trim() || undefined;
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const asked = {
    query: { refs: [query.kind, repository.uuid, search ?? ""] },
    cursor: query.cursor,
  };
  return continuedPage(asked, (continuation) =>
    readRefs(api, repository, query.kind, search, { continuation, size }),
  );
}

async function readRefs(
  api: BitbucketApi,
  { full_name: fullName, mainbranch }: bitbucket.Repository,
  kind: RefQuery["kind"],
  search: string | undefined,
  at: At,
) {
  if (kind === "tag") {
    const tags = await api.tags(fullName, search, at);
    return { ...tags, items: tags.items.map(toTag) };
  }
  const branches = await api.branches(fullName, search, at);
  return { ...branches, items: branches.items.map((one) => toBranch(one, mainbranch?.name)) };
}

/**
 * A branch before a tag of the same name, and nothing but exact names: the commit call would read half an id and the
 * names of branches too, so it is asked for full ids only.
 */
export async function resolveRef(
  api: BitbucketApi,
  base: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  const fullName = key.id ? (await locate(api, key)).full_name : key.fullName;
  const commit = await findCommit(api, fullName, ref);
  if (commit) return { sha: commit.hash, commit: toCommit(commit, base, fullName) };
  throw await whyGone(api, fullName, ref);
}

/** `refs/heads/…` and `refs/tags/…` say which one is meant. */
async function findCommit(
  api: BitbucketApi,
  fullName: string,
  ref: string,
): Promise<bitbucket.Commit | null> {
  const id = ref.toLowerCase();
  if (isCommitId(id)) {
    const commit = await orNull(api.commit(fullName, id));
    return commit?.hash === id ? commit : null;
  }
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (!isRefName(name)) return null;
  const branch = kind === "tags" ? null : await orNull(api.branch(fullName, name));
  if (branch || kind === "heads") return branch?.target ?? null;
  return (await orNull(api.tag(fullName, name)))?.target ?? null;
}

async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/** The repository may be gone as well, or still empty: the next step differs. */
async function whyGone(api: BitbucketApi, fullName: string, ref: string): Promise<Fault> {
  const repository = await api.repository({ fullName });
  const code = repository.mainbranch ? "ref_gone" : "repository_empty";
  const params = { ref: ref.slice(0, 255), repository: repository.full_name };
  return new Fault("not_found", { code, params });
}
