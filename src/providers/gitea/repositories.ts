import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GiteaApi, MAX_PAGE_SIZE } from "@/providers/gitea/api";
import { toRepository } from "@/providers/gitea/convert";
import { errorMapping } from "@/providers/gitea/error-mapping";
import type * as gitea from "@/providers/gitea/schema";
import { collect, numberedPage, type PageRequest, type Upstream } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

type Read = (page: PageRequest) => Promise<Upstream<gitea.Repository>>;

/** Where the list is read from, and whose repositories of it count. */
interface Source {
  read: Read;
  /** Lower case; set when the server's answer may hold look-alikes. */
  only?: string;
}

/** Pages that are read for a search that the server understands in a wider sense, until something is found. */
const MAX_SEARCH_PAGES = 10;

/** One page of the repositories that the credential reaches, after one answer of the server. */
export async function listRepositories(
  api: GiteaApi,
  base: string,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const { search = "", owner = "" } = query;
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const isStart = owner !== "" && search.trim() === "" && !query.cursor;
  const start = isStart ? await wholePage(api, owner, { page: 1, size }) : null;
  const source = start ? { read: async () => start } : await sourceOf(api, owner, search.trim());
  if (!source) return { items: [], nextCursor: null };
  const asked = { host: errorMapping.host, query: { repositories: { search, owner } }, size };
  const read = async (cursor = query.cursor) =>
    kept(await numberedPage({ ...asked, cursor }, source.read), base, source.only);
  return isPattern(search) ? literally(read, search.trim().toLowerCase()) : read();
}

function kept(page: Page<gitea.Repository>, base: string, only: string | undefined): Page<Repository> {
  const items = page.items.map((item) => toRepository(item, base));
  const isOurs = (item: Repository) => only === undefined || item.owner.toLowerCase() === only;
  return { ...page, items: items.filter(isOurs) };
}

/**
 * The server puts what it is asked for into SQL's LIKE as it is: `_` stands for any sign and `%` for any text there, and
 * a comma separates several searches (`SearchRepositoryCondition` in models/repo/repo_list.go).
 */
function isPattern(search: string): boolean {
  return /[_%,]/.test(search);
}

/** The server's answer contains more than was requested, so its total is not used. */
function literally(
  read: (cursor?: string) => Promise<Page<Repository>>,
  search: string,
): Promise<Page<Repository>> {
  const filtered = async (cursor: string | undefined): Promise<Page<Repository>> => {
    const { total: _wider, ...page } = await read(cursor);
    return { ...page, items: page.items.filter((item) => matches(item, search)) };
  };
  return collect(filtered, { maxPages: MAX_SEARCH_PAGES, enough: (items) => items.length > 0 });
}

function matches({ owner, name }: Repository, search: string): boolean {
  const slash = search.indexOf("/");
  const isHere = slash < 0 || owner.toLowerCase().endsWith(search.slice(0, slash));
  return isHere && name.toLowerCase().includes(search.slice(slash + 1));
}

async function sourceOf(api: GiteaApi, owner: string, search: string): Promise<Source | null> {
  if (owner === "") return { read: search === "" ? everything(api) : searching(api, search) };
  const q = nameWithin(owner, search);
  if (q === null) return null;
  const uid = await ownerId(api, owner);
  if (uid === null) return { read: lookAlikes(api, q || `${owner}/`), only: owner.toLowerCase() };
  const order = q === "" ? ({ sort: "id", order: "asc" } as const) : {};
  return { read: (page) => api.search({ q, uid, exclusive: true, ...order }, page) };
}

/**
 * The list of an owner pages through what the account may not see as well, and leaves it out afterwards: whole pages
 * come empty and the total is wrong. The search does neither but needs the id first. So the list is asked once, and
 * its first page is taken when nothing was left out: in its order the search goes on where that ends.
 */
async function wholePage(
  api: GiteaApi,
  owner: string,
  page: PageRequest,
): Promise<Upstream<gitea.Repository> | null> {
  const found = await api
    .ofOrganization(owner, page)
    .catch(when("not_found", () => api.ofUser(owner, page)))
    .catch(when<Upstream<gitea.Repository> | null>("not_found", () => null))
    .catch(whenDenied<Upstream<gitea.Repository> | null>(() => null));
  if (!found) return null;
  const rows = found.items.length + (found.skipped ?? 0);
  if (rows === found.total) return found;
  return rows === page.size ? { items: found.items, skipped: found.skipped } : null;
}

/** Null when the token is too narrow to ask. */
async function ownerId(api: GiteaApi, owner: string): Promise<number | null> {
  const asPerson = () => api.person(owner);
  return api
    .organization(owner)
    .catch(when("not_found", asPerson))
    .catch(whenDenied(asPerson))
    .then(({ id }) => id)
    .catch(when("not_found", () => unknownOwner(owner)))
    .catch(whenDenied(() => null));
}

function everything(api: GiteaApi): Read {
  return (page) => api.mine(page).catch(whenDenied(() => api.search({}, page)));
}

/** Without the account's id the server would search every public repository of everybody. */
function searching(api: GiteaApi, search: string): Read {
  return async (page) => {
    const uid = await api.user().then(
      (user) => user.id,
      whenDenied(() => undefined),
    );
    return api.search({ q: search, uid }, page);
  };
}

/** The server finds parts of names: its total would count what is filtered out here. */
function lookAlikes(api: GiteaApi, q: string): Read {
  return async (page) => {
    const { items, skipped = 0 } = await api.search({ q }, page);
    return { items, skipped, next: items.length + skipped > 0 ? page.page + 1 : null };
  };
}

function unknownOwner(owner: string): never {
  throw new Fault("not_found", { code: "owner_not_found", params: { host: errorMapping.host, owner } });
}

/** `acme/si` within `acme` looks for `si`; within another owner it can find nothing. */
function nameWithin(owner: string, search: string): string | null {
  const slash = search.indexOf("/");
  if (slash < 0) return search;
  const matches = owner.toLowerCase().endsWith(search.slice(0, slash).toLowerCase());
  return matches ? search.slice(slash + 1) : null;
}

function whenDenied<Value>(
  instead: () => Value | Promise<Value>,
): (error: unknown) => Value | Promise<Value> {
  return when("permission_missing", instead);
}

function when<Value>(code: Fault["code"], instead: () => Value | Promise<Value>) {
  return (error: unknown): Value | Promise<Value> => {
    if (error instanceof Fault && error.code === code) return instead();
    throw error;
  };
}
