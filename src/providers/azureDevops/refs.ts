import type { Page, Ref, RepositoryKey, ResolvedRef } from "@/git/nouns";
import { isCommitId, isRefName } from "@/git/ref-name";
import { Fault } from "@/lib/fault";
import { type AzureApi, MAX_PAGE_SIZE } from "@/providers/azureDevops/api";
import {
  commitIdOf,
  defaultBranchOf,
  fullNameOf,
  toBranch,
  toCommit,
  toTag,
  webUrl,
} from "@/providers/azureDevops/convert";
import { HOST } from "@/providers/azureDevops/error-mapping";
import type * as azure from "@/providers/azureDevops/schema";
import { continuedPage } from "@/providers/kit/continued";
import { collect } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

const folders = { branch: "heads/", tag: "tags/" };

/** The repository is asked for first: it tells the default branch, and whether it can be read at all. */
export async function listRefs(api: AzureApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const repository = await enabled(api, key);
  const search = query.search?.trim() ?? "";
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const asked = { query: { refs: [query.kind, repository.id, search] }, cursor: query.cursor };
  const filter = { filter: folders[query.kind], ...(search ? { filterContains: search } : {}) };
  const page = await continuedPage(asked, (continuation) =>
    api.refs(repository, filter, { continuation, size }),
  );
  const branch = defaultBranchOf(repository);
  const items = page.items.map((ref) => (query.kind === "tag" ? toTag(ref) : toBranch(ref, branch)));
  // "heads" is a part of every branch's full name.
  return { ...page, items: items.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())) };
}

/** @throws Fault `not_found` reason `repository_disabled` */
async function enabled(api: AzureApi, key: RepositoryKey): Promise<azure.Repository> {
  const repository = await api.repository(key);
  if (!repository.isDisabled) return repository;
  const params = { host: HOST, repository: fullNameOf(repository) };
  throw new Fault("not_found", { code: "repository_disabled", params });
}

/** A branch before a tag of the same name, and nothing but exact names. */
export async function resolveRef(
  api: AzureApi,
  root: string,
  key: RepositoryKey,
  ref: string,
): Promise<ResolvedRef> {
  const repository = await enabled(api, key);
  const sha = await findId(api, repository, ref);
  const commit = sha === null ? null : await orNull(api.commit(repository, sha));
  if (commit && commit.commitId === sha)
    return { sha, commit: toCommit(commit, webUrl(root, fullNameOf(repository))) };
  const code = defaultBranchOf(repository) === null ? "repository_empty" : "ref_gone";
  throw new Fault("not_found", {
    code,
    params: { ref: ref.slice(0, 255), repository: fullNameOf(repository) },
  });
}

async function findId(api: AzureApi, repository: azure.Repository, ref: string): Promise<string | null> {
  if (isCommitId(ref.toLowerCase())) return ref.toLowerCase();
  const [, kind, name = ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(ref) ?? [];
  if (!isRefName(name)) return null;
  for (const folder of kind ? [kind] : ["heads", "tags"]) {
    const found = await exact(api, repository, `${folder}/${name}`);
    if (found) return commitIdOf(found);
  }
  return null;
}

/** The filter finds whatever begins like it: `main` finds `maintenance` too. */
async function exact(
  api: AzureApi,
  repository: azure.Repository,
  name: string,
): Promise<azure.Ref | undefined> {
  const is = (ref: azure.Ref) => ref.name === `refs/${name}`;
  const read = (cursor: string | undefined) =>
    continuedPage({ query: name, cursor }, (continuation) =>
      api.refs(repository, { filter: name }, { continuation, size: MAX_PAGE_SIZE }),
    );
  const { items } = await collect(read, { maxPages: 10, enough: (refs) => refs.some(is) });
  return items.find(is);
}

async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && error.code === "not_found") return null;
    throw error;
  }
}
