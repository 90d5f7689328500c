import type { Page, Repository, RepositoryKey } from "@/git/nouns";
import { type GithubApi, MAX_PAGE_SIZE, type RepositoryApi, type Session } from "@/providers/github/api";
import { ownerOf, toRepository } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import { searchPage } from "@/providers/github/search";
import { type Source, sourceOf } from "@/providers/github/source";
import { ownerWithin } from "@/providers/kit/owner";
import { numberedPage } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** One page of the repositories that the token reaches. */
export async function listRepositories(
  api: GithubApi,
  { settings }: Session,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const owner = ownerFor(settings.organization, query.owner);
  if (owner === null) return { items: [], nextCursor: null };
  const source = sourceOf(api, owner);
  const page = query.search?.trim()
    ? await searchPage(api, source, { ...query, search: query.search.trim() })
    : await plainPage(source, query);
  const items = page.items.filter((one) => isOf(one, owner));
  return { ...page, items: items.map((one) => toRepository(one, settings.githubUrl)) };
}

/** One page of a source as it stands. */
export function plainPage(
  source: Source,
  query: Pick<RepositoryQuery, "cursor" | "limit">,
): Promise<Page<github.Repository>> {
  const asked = {
    host: HOST,
    query: { repositories: { owner: source.owner } },
    cursor: query.cursor,
    size: Math.min(query.limit, MAX_PAGE_SIZE),
  };
  return numberedPage(asked, source.read);
}

/** `acme` is not `acme-evil`; letter case does not count. */
function isOf(repository: github.Repository, owner: string): boolean {
  return owner === "" || ownerOf(repository.full_name).toLowerCase() === owner;
}

/** The owner to list, in lower case. @see ownerWithin */
export function ownerFor(configured: string | null | undefined, asked: string | undefined): string | null {
  return ownerWithin(configured, asked)?.toLowerCase() ?? null;
}

export async function getRepository(
  api: RepositoryApi,
  { settings }: Session,
  key: RepositoryKey,
): Promise<Repository> {
  const repository = await api.repository(key);
  const empty = await isEmptyRepository(api, repository);
  const found = { ...toRepository(repository, settings.githubUrl), empty };
  // GitHub names the branch that an empty repository will get; it is not there yet.
  return empty ? { ...found, defaultBranch: null } : found;
}

/** A size of 0 may also be that of a repository which was not measured yet; its branches tell. */
export async function isEmptyRepository(api: RepositoryApi, repository: github.Repository): Promise<boolean> {
  if (repository.size !== 0) return false;
  const key = { id: String(repository.id), fullName: repository.full_name };
  return (await api.branches(key, { page: 1, size: 1 })).items.length === 0;
}
