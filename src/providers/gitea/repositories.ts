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
  const isWider = isPattern(search) || source.only !== undefined;
  const page = isWider ? await literally(read, search.trim().toLowerCase()) : await read();
  const isOver = page.items.length === 0 && page.nextCursor === null;
  // Nobody confirmed that there is such an owner.
  if (source.only !== undefined && isStart && isOver) unknownOwner(owner);
  return page;
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
  if (owner === "") return { read: search === "" ? everything(api) : await searching(api, search) };
  const q = nameWithin(owner, search);
  if (q === null) return null;
  const uid = await ownerId(api, owner);
  if (uid === null) return { read: lookAlikes(api, q), only: owner.toLowerCase() };
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

/** Null when the token is too narrow to ask, and without it the server does not say. */
async function ownerId(api: GiteaApi, owner: string): Promise<number | null> {
  const asPerson = () => api.person(owner);
  return api
    .organization(owner)
    .catch(when("not_found", asPerson))
    .catch(whenDenied(asPerson))
    .then(({ id }) => id)
    .catch(when("not_found", () => unknownOwner(owner)))
    .catch(whenDenied(() => publicId(api, owner)));
}

/** Everybody may see a public owner. */
async function publicId(api: GiteaApi, owner: string): Promise<number | null> {
  const none = () => null;
  return api
    .person(owner, { anonymous: true })
    .then(({ id }) => id)
    .catch(when<number | null>("not_found", none))
    .catch(whenDenied<number | null>(none));
}

function everything(api: GiteaApi): Read {
  return (page) => api.mine(page).catch(whenDenied(() => api.search({}, page)));
}

/**
 * `owner/name` is searched within that owner: by its name the server finds none with a capital letter on PostgreSQL.
 * Without the account's id it would search every public repository of everybody.
 */
async function searching(api: GiteaApi, search: string): Promise<Read> {
  const [owner = "", name] = search.split("/", 2);
  const isOwner = owner !== "" && name !== undefined;
  const uid = isOwner ? await ownerId(api, owner).catch(when<number | null>("not_found", () => null)) : null;
  if (uid !== null) return (page) => api.search({ q: name, uid, exclusive: true }, page);
  return async (page) => {
    const uid = await api.user().then(
      (user) => user.id,
      whenDenied(() => undefined),
    );
    return api.search({ q: search, uid }, page);
  };
}

/**
 * All that is visible and has this in its name, of which the owner's are kept: by its name the server finds no owner
 * with a capital letter on PostgreSQL.
 */
function lookAlikes(api: GiteaApi, name: string): Read {
  return (page) => api.search({ q: name }, page);
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
