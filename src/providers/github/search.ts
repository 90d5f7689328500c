import { z } from "zod";
import type { Page } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import type { Reason } from "@/lib/reason";
import { type GithubApi, type Listed, MAX_PAGE_SIZE } from "@/providers/github/api";
import { ownerOf } from "@/providers/github/convert";
import { HOST } from "@/providers/github/error-mapping";
import type * as github from "@/providers/github/schema";
import { listOrganizations, type Source } from "@/providers/github/source";
import { decodeCursor, encodeCursor } from "@/providers/kit/cursor";
import { incompleteBy, numberedPage, skippedReason } from "@/providers/kit/pages";
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
  const whole = await wholeList(source, first);
  if (whole === null) return firstHostPage(api, source, query, first);
  const found = whole.items.filter((one) => matches(one, query.search));
  const end = at.shown + query.limit;
  const nextCursor = end < found.length ? encodeCursor(bound, { shown: end }) : null;
  return { items: found.slice(at.shown, end), nextCursor, ...incompleteBy(whole.incomplete) };
}

/** Null when it is too long to read, or nothing tells where it ends. */
async function wholeList(
  source: Source,
  first: Listed<github.Repository>,
): Promise<{ items: github.Repository[]; incomplete?: Reason } | null> {
  const pages = first.next === null ? 1 : (first.lastPage ?? Number.POSITIVE_INFINITY);
  if (pages > WHOLE_PAGES) return null;
  const numbers = Array.from({ length: pages - 1 }, (_, index) => index + 2);
  const rest = await Promise.all(numbers.map((page) => source.read({ page, size: MAX_PAGE_SIZE })));
  const all = [first, ...rest];
  if (typeof all.at(-1)?.next === "number") return null;
  return { items: all.flatMap((page) => page.items), incomplete: reasonOf(all) };
}

function reasonOf(pages: Listed<github.Repository>[]): Reason | undefined {
  const skipped = pages.reduce((sum, page) => sum + (page.skipped ?? 0), 0);
  return pages.find((page) => page.incomplete)?.incomplete ?? skippedReason(HOST, skipped);
}

/** What others share with the account is not within its owners: the most recent of it was read already. */
async function firstHostPage(
  api: GithubApi,
  source: Source,
  query: Search,
  recent: Listed<github.Repository>,
): Promise<Found> {
  const owners = await ownersOf(api, source);
  const shared = recent.items.filter((one) => !isWithin(one, owners.names) && matches(one, query.search));
  const page = await hostPage(api, source, query, undefined, owners);
  const missing = page.incomplete?.reason ?? reasonOf([recent]);
  return { ...page, items: [...shared, ...page.items], ...incompleteBy(missing) };
}

async function hostPage(
  api: GithubApi,
  source: Source,
  query: Search,
  cursor: string | undefined,
  known?: Owners,
): Promise<Found> {
  const owners = known ?? (await ownersOf(api, source));
  const bound = { search: { owner: source.owner, text: query.search } };
  const asked = { host: HOST, query: bound, cursor, size: Math.min(query.limit, MAX_PAGE_SIZE) };
  const page = await numberedPage(asked, (at) =>
    orNothing(api.search(textOf(query.search, owners.names), at)),
  );
  const items = page.items.filter((one) => isWithin(one, owners.names) && matches(one, query.search));
  const nextCursor = page.nextCursor && encodeCursor(bound, { host: page.nextCursor });
  return { items, nextCursor, ...incompleteBy(page.incomplete?.reason ?? owners.incomplete) };
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

/** Lower case, and why some are missing. */
interface Owners {
  names: string[];
  incomplete?: Reason;
}

/** Without owners GitHub would search everybody's public repositories. */
async function ownersOf(api: GithubApi, source: Source): Promise<Owners> {
  if (source.owner !== "") return { names: [source.owner] };
  const [user, organizations] = await Promise.all([api.user(), listOrganizations(api).catch(noneIfDenied)]);
  const names = [user.body.login, ...organizations.items].map((name) => name.toLowerCase());
  const isCut = names.length > MAX_OWNERS || organizations.nextCursor !== null;
  const narrowed = { code: "list_search_narrowed", params: { host: HOST, limit: MAX_OWNERS } };
  return {
    names: names.slice(0, MAX_OWNERS),
    incomplete: isCut ? narrowed : organizations.incomplete?.reason,
  };
}

/** A token without `read:org` may not list them. */
function noneIfDenied(error: unknown): Page<string> {
  if (error instanceof Fault && error.code === "permission_missing") return { items: [], nextCursor: null };
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
