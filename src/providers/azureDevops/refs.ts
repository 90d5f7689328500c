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
import { orNull } from "@/providers/kit/not-found";
import { collect } from "@/providers/kit/pages";
import type { RefQuery } from "@/providers/provider";

const folders = { branch: "heads/", tag: "tags/" };

/** The repository is requested first: it has the default branch, and shows whether it can be read at all. */
export async function listRefs(api: AzureApi, key: RepositoryKey, query: RefQuery): Promise<Page<Ref>> {
  const repository = await enabled(api, key);
  const search = query.search?.trim() ?? "";
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const bound = { refs: [query.kind, repository.id, search] };
  const asked = { host: HOST, query: bound, cursor: query.cursor };
  const filter = { filter: folders[query.kind], ...(search ? { filterContains: search } : {}) };
  const page = await continuedPage(asked, (continuation) =>
    api.refs(repository, filter, { continuation, size }),
  );
  const branch = defaultBranchOf(repository);
  const items = page.items.map((ref) => (query.kind === "tag" ? toTag(ref) : toBranch(ref, branch)));
  // The filter also matches "heads", a part of every full name, so the short names are compared again.
  const isNamed = (ref: Ref | null): ref is Ref =>
    ref?.name.toLowerCase().includes(search.toLowerCase()) ?? false;
  return { ...page, items: items.filter(isNamed) };
}

/** A repository without a default branch may hold other branches: one call for them tells. */
export async function isEmpty(api: AzureApi, repository: azure.Repository): Promise<boolean> {
  if (defaultBranchOf(repository) !== null || repository.isDisabled) return false;
  const { items, skipped = 0 } = await api.refs(
    repository,
    { filter: "heads/" },
    { continuation: null, size: 1 },
  );
  return items.length + skipped === 0;
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
  const code = (await isEmpty(api, repository)) ? "repository_empty" : "ref_gone";
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
    continuedPage({ host: HOST, query: name, cursor }, (continuation) =>
      api.refs(repository, { filter: name }, { continuation, size: MAX_PAGE_SIZE }),
    );
  const { items } = await collect(read, { maxPages: 10, enough: (refs) => refs.some(is) });
  return items.find(is);
}
