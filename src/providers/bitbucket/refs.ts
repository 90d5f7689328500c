import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { type BitbucketApi, MAX_PAGE_SIZE } from "@/providers/bitbucket/api";
import { toBranch, toCommit, toTag } from "@/providers/bitbucket/convert";
import { HOST } from "@/providers/bitbucket/error-mapping";
import { isEmpty, locate } from "@/providers/bitbucket/locate";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { continuedPage } from "@/providers/kit/continued";
import { orNull } from "@/providers/kit/not-found";
import type { RefQuery } from "@/providers/provider";

/** The repository is requested first: it has the current name and the default branch. */
export async function listRefs(api: BitbucketApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const repository = await locate(api, key);
  const search = query.search?.trim() || undefined;
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const asked = {
    host: HOST,
    query: { refs: [query.kind, repository.uuid, search ?? ""] },
    cursor: query.cursor,
  };
  const read = query.kind === "tag" ? api.tags : api.branches;
  const page = await continuedPage(asked, (continuation) =>
    read(repository.full_name, search, { continuation, size }),
  );
  const main = repository.mainbranch?.name;
  const refs = page.items.map((ref) => (query.kind === "tag" ? toTag(ref) : toBranch(ref, main)));
  return { ...page, items: refs.filter((ref) => ref !== null) };
}

/**
 * A branch before a tag of the same name, and nothing but exact names: the commit call also accepts short ids and
 * branch names, so it is used for full ids only.
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

/** Tell a missing repository from an empty one: the person has to do different things. */
async function whyGone(api: BitbucketApi, fullName: string, ref: string): Promise<Fault> {
  const repository = await api.repository({ fullName });
  const code = (await isEmpty(api, repository)) ? "repository_empty" : "ref_gone";
  const params = { ref: ref.slice(0, 255), repository: repository.full_name };
  return new Fault("not_found", { code, params });
}
