import { z } from "zod";
import type { Page } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GithubApi, type Listed, MAX_PAGE_SIZE } from "@/providers/github/api";
import { ownerOf } from "@/providers/github/convert";
import type * as github from "@/providers/github/schema";
import { listOrganizations, type Source } from "@/providers/github/source";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";
import { numberedPage } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** Accounts with no more pages than this are read as a whole: GitHub itself finds words, not parts of them. */
const WHOLE_PAGES = 3;
/** A query may not grow without end. */
const MAX_OWNERS = 40;

type Search = RepositoryQuery & { search: string };
type Found = Page<github.Repository>;

/** Either how many rows of the whole list were shown, or where GitHub's own search stands. */
const Position = z.union([
  z.strictObject({ shown: z.number().int().min(0).max(10_000) }),
  z.strictObject({ host: z.string().max(1500) }),
]);

/** One page of the repositories whose full name holds a text. */
export async function searchPage(api: GithubApi, source: Source, query: Search): Promise<Found> {
  const bound = { search: { owner: source.owner, text: query.search } };
  const at = query.cursor ? decodeCursor(bound, Position, query.cursor) : { shown: 0 };
  if ("host" in at) return hostPage(api, source, query, at.host);
  const first = await source.read({ page: 1, size: MAX_PAGE_SIZE });
  const rows = await wholeList(source, first);
  if (rows === null) return firstHostPage(api, source, query, first.items);
  const found = rows.filter((one) => matches(one, query.search));
  const end = at.shown + query.limit;
  const nextCursor = end < found.length ? encodeCursor(bound, { shown: end }) : null;
  return { items: found.slice(at.shown, end), nextCursor };
}

/** Null when it is too long to read. */
async function wholeList(
  source: Source,
  first: Listed<github.Repository>,
): Promise<github.Repository[] | null> {
  const pages = first.next === null ? 1 : (first.lastPage ?? Number.POSITIVE_INFINITY);
  if (pages > WHOLE_PAGES) return null;
  const numbers = Array.from({ length: pages - 1 }, (_, index) => index + 2);
  const rest = await Promise.all(numbers.map((page) => source.read({ page, size: MAX_PAGE_SIZE })));
  return [first, ...rest].flatMap((page) => page.items);
}

/** What others share with the account is not within its owners: the most recent of it was read already. */
async function firstHostPage(
  api: GithubApi,
  source: Source,
  query: Search,
  recent: github.Repository[],
): Promise<Found> {
  const owners = await ownersOf(api, source);
  const shared = recent.filter((one) => !isWithin(one, owners) && matches(one, query.search));
  const page = await hostPage(api, source, query, undefined, owners);
  return { ...page, items: [...shared, ...page.items] };
}

async function hostPage(
  api: GithubApi,
  source: Source,
  query: Search,
  cursor: string | undefined,
  known?: string[],
): Promise<Found> {
  const owners = known ?? (await ownersOf(api, source));
  const bound = { search: { owner: source.owner, text: query.search } };
  const asked = { query: bound, cursor, size: Math.min(query.limit, MAX_PAGE_SIZE) };
  const page = await numberedPage(asked, (at) => orNothing(api.search(textOf(query.search, owners), at)));
  const items = page.items.filter((one) => isWithin(one, owners) && matches(one, query.search));
  return { items, nextCursor: page.nextCursor && encodeCursor(bound, { host: page.nextCursor }) };
}

/** 422 says that none of the owners has a repository which the token may search. */
async function orNothing(answer: Promise<Listed<github.Repository>>): Promise<Listed<github.Repository>> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Fault && error.details?.status === 422) return { items: [], next: null };
    throw error;
  }
}

/** Without owners GitHub would search everybody's public repositories. */
async function ownersOf(api: GithubApi, source: Source): Promise<string[]> {
  if (source.owner !== "") return [source.owner];
  const [user, organizations] = await Promise.all([api.user(), listOrganizations(api).catch(unlessDenied)]);
  return [user.body.login, ...organizations].map((name) => name.toLowerCase()).slice(0, MAX_OWNERS);
}

/** A token without `read:org` may not list them. */
function unlessDenied(error: unknown): string[] {
  if (error instanceof Fault && error.code === "permission_missing") return [];
  throw error;
}

/** Words of GitHub's language (`org:x`, `-x`, `NOT`, quotes) lose their meaning: they were typed as text. */
function textOf(search: string, owners: string[]): string {
  const name = search.slice(search.lastIndexOf("/") + 1).toLowerCase();
  const words = name.replace(/[^\p{L}\p{N}._-]+/gu, " ").replace(/(^|\s)-+/g, "$1");
  const scopes = owners.filter((owner) => /^[\w-]+$/.test(owner)).map((owner) => `user:${owner}`);
  return [words.trim().slice(0, 100), "in:name", "fork:true", ...scopes].filter(Boolean).join(" ");
}

function isWithin(repository: github.Repository, owners: string[]): boolean {
  return owners.includes(ownerOf(repository.full_name).toLowerCase());
}

function matches(repository: github.Repository, search: string): boolean {
  return repository.full_name.toLowerCase().includes(search.toLowerCase());
}
