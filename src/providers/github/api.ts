import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { withHooks } from "@/lib/http";
import type { Reason } from "@/lib/reason";
import { accessToken, errorMapping, HOST } from "@/providers/github/error-mapping";
import { followMoves } from "@/providers/github/moved";
import { retryNewToken } from "@/providers/github/new-token";
import * as github from "@/providers/github/schema";
import { GITHUB, type Secrets, type Settings } from "@/providers/github/settings";
import {
  type CallOptions,
  type JsonAnswer,
  type JsonApi,
  type JsonApiOptions,
  jsonApi,
  lazyJsonApi,
} from "@/providers/kit/json-api";
import {
  linkTargets,
  listTooLong,
  nextFromLink,
  type PageRequest,
  pageIn,
  type Rows,
  rowsOf,
  type Upstream,
} from "@/providers/kit/pages";
import { ownerAndName, pathOf } from "@/providers/kit/path";
import { rateLimitOf } from "@/providers/kit/rate-limit";
import type { ErrorMapping } from "@/providers/kit/refusal";
import type { HostSession, RateLimit } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;
type Query = NonNullable<CallOptions["query"]>;

/** GitHub gives no more rows per page. */
export const MAX_PAGE_SIZE = 100;

/** What GitHub gives when nobody says how many. */
const DEFAULT_PAGE_SIZE = 30;

/** A search ends here, whatever it found. */
const MAX_SEARCH_ROWS = 1000;

/** Without it GitHub chooses, and another one some day. Enterprise Server refuses versions younger than itself. */
export const headers = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };

/** A page of a list, with the number of its last page where GitHub tells it. */
export interface Listed<Item> extends Upstream<Item> {
  lastPage?: number;
}

/** Call with whatever token reaches the repository. */
export type RepositoryCall = <Answer>(
  key: RepositoryKey,
  call: (api: JsonApi) => Promise<Answer>,
) => Promise<Answer>;

/** What is asked of one repository. */
export interface RepositoryApi {
  repository(key: RepositoryKey): Promise<github.Repository>;
  branches(key: RepositoryKey, page: PageRequest): Promise<Listed<github.Branch>>;
  tags(key: RepositoryKey, page: PageRequest): Promise<Listed<github.Tag>>;
  /** `ref` is `heads/<branch>`, `tags/<tag>` or a full commit id. */
  commit(key: RepositoryKey, ref: string): Promise<github.Commit>;
  setStatus(key: RepositoryKey, sha: string, body: Record<string, string>): Promise<void>;
}

/** The calls of GitHub's REST API that are used. Paths and parameters stand here, and in `app/` those of an App. */
export interface GithubApi extends RepositoryApi {
  user(): Promise<JsonAnswer<github.User>>;
  /** Somebody of that name: a user or an organization. */
  person(name: string): Promise<github.User>;
  /** Repositories of the account, of its organizations and those shared with it; `personal` leaves organizations out. */
  mine(page: PageRequest, personal?: boolean): Promise<Listed<github.Repository>>;
  ofOrganization(name: string, page: PageRequest): Promise<Listed<github.Repository>>;
  /** `q` in GitHub's words; its first 1,000 rows. */
  search(q: string, page: PageRequest): Promise<Listed<github.Repository>>;
  organizations(page: PageRequest): Promise<Listed<github.Organization>>;
  /** What the installation of an App reaches; for its token only. */
  installed(page: PageRequest): Promise<Listed<github.Repository>>;
  /** What is left of the limit, without using any of it. Servers without limits answer `not_found`. */
  budget(): Promise<RateLimit | undefined>;
  /** For calls whose paths stand elsewhere in this folder. */
  json(): JsonApi;
}

/** Whose calls they are, when not those of the person whose token was pasted. */
export interface Bearer {
  /** Given when the first call is made, and only then. */
  token(): string;
  errorMapping: ErrorMapping;
  /** When the token was made, in milliseconds, where that is known. */
  madeAt?: number;
}

export function githubApi(session: Session, bearer: Bearer = personal(session)): GithubApi {
  const api = lazyJsonApi(() => optionsOf(session, bearer));
  const one = async <Body>(path: string, schema: z.ZodType<Body>, query?: Query): Promise<Body> =>
    (await api().get(path, schema, { query })).body;
  const list = <Item>(path: string, item: z.ZodType<Item>, page: PageRequest, query: Query = {}) =>
    listed(api(), { path, schema: rowsOf(item), query }, page);
  return {
    user: async () => api().get("user", github.User),
    person: async (name) => one(pathOf("users", name), github.User),
    mine: async (page, personal) =>
      list("user/repos", github.Repository, page, { ...recent, ...(personal ? personally : {}) }),
    ofOrganization: async (name, page) =>
      list(pathOf("orgs", name, "repos"), github.Repository, page, recent),
    search: async (q, page) => searched(api(), q, page),
    repository: async (key) => one(pathTo(key), github.Repository),
    branches: async (key, page) => list(pathTo(key, "branches"), github.Branch, page),
    tags: async (key, page) => list(pathTo(key, "tags"), github.Tag, page),
    // The changed files of a commit come in pages, and one page of one file is the least there is.
    commit: async (key, ref) =>
      one(pathTo(key, "commits", ...ref.split("/")), github.Commit, { per_page: 1 }),
    setStatus: async (key, sha, body) => {
      await api().send(pathTo(key, "statuses", sha), { body });
    },
    organizations: async (page) => list("user/orgs", github.Organization, page),
    installed: async (page) => {
      const schema = github.InstallationRepositories.transform(({ repositories, total_count }) => ({
        ...repositories,
        total: total_count ?? undefined,
      }));
      return listed(api(), { path: "installation/repositories", schema, query: {} }, page);
    },
    budget: async () => {
      const { headers: told } = await api().get("rate_limit", github.RateLimits);
      return rateLimitOf(told, session.now());
    },
    json: api,
  };
}

const recent = { sort: "pushed", direction: "desc" };
const personally = { affiliation: "owner,collaborator" };

/** The id never changes, and is where GitHub's own redirects lead. */
export function pathTo(key: RepositoryKey, ...rest: string[]): string {
  if (key.id && /^\d{1,18}$/.test(key.id)) return pathOf("repositories", key.id, ...rest);
  const { owner, name } = ownerAndName(key.fullName);
  return pathOf("repos", owner, name, ...rest);
}

/** Where the API answers: a host of its own on github.com and ghe.com, a folder on an Enterprise Server. */
export function apiRoot({ base, settings }: Pick<Session, "base" | "settings">): URL {
  const isCloud = settings.githubUrl === GITHUB || base.hostname.endsWith(".ghe.com");
  return isCloud ? new URL(`https://api.${base.hostname}/`) : new URL("api/v3/", base);
}

export function personal({ secrets }: Session): Bearer {
  return { token: () => accessToken(secrets.accessToken), errorMapping };
}

/** Nothing is checked before the first call, so that opening a connection never fails. */
export function githubJson(session: Session, bearer: Bearer): JsonApi {
  return jsonApi(optionsOf(session, bearer));
}

function optionsOf(session: Session, bearer: Bearer): JsonApiOptions {
  const root = apiRoot(session);
  return {
    http: withHooks(session.http, [retryNewToken(bearer.madeAt, session.now), followMoves(root)]),
    root,
    errorMapping: bearer.errorMapping,
    headers,
    authorization: { authorization: `Bearer ${bearer.token()}` },
    now: session.now,
    signal: session.signal,
  };
}

async function searched(api: JsonApi, q: string, page: PageRequest): Promise<Listed<github.Repository>> {
  const schema = github.SearchResults.transform(({ items, total_count, incomplete_results }) => ({
    ...items,
    total: total_count ?? undefined,
    isPartial: incomplete_results ?? false,
  }));
  const call = { path: "search/repositories", schema, query: { q } };
  const { total = 0, ...found } = await listed(api, call, page);
  const isEnd = page.page * page.size >= MAX_SEARCH_ROWS;
  if (!isEnd) return found;
  const isLonger = total > MAX_SEARCH_ROWS || typeof found.next === "number";
  return { ...found, next: null, ...(isLonger && { incomplete: listTooLong(HOST, MAX_SEARCH_ROWS) }) };
}

/** What an answer of a list holds beside its rows. */
interface ListBody<Item> extends Rows<Item> {
  total?: number;
  /** The host says that it did not finish. */
  isPartial?: boolean;
}

export async function listed<Item>(
  api: JsonApi,
  call: { path: string; schema: z.ZodType<ListBody<Item>>; query: Query },
  page: PageRequest,
): Promise<Listed<Item>> {
  const query = { ...call.query, per_page: page.size, page: page.page };
  const { body, headers: answered } = await api.get(call.path, call.schema, { query });
  const { isPartial, ...rows } = body;
  const link = answered.get("link");
  const lastPage = pageIn(linkTargets(link ?? "").last);
  const incomplete = withoutSso(answered) ?? (isPartial ? unfinished : undefined);
  return {
    ...rows,
    next: nextPage(link, page, body.items.length + body.skipped),
    ...(lastPage === undefined ? {} : { lastPage }),
    ...(incomplete && { incomplete }),
  };
}

/**
 * A list that fits on one page has no links at all, and a proxy may drop them: without links a first page that is full,
 * by what was asked for or by GitHub's own size, is followed by another one.
 */
function nextPage(link: string | null, { page, size }: PageRequest, rows: number): number | null | undefined {
  if (link !== null) return nextFromLink(link);
  return page === 1 && rows < size && rows !== DEFAULT_PAGE_SIZE ? null : undefined;
}

const unfinished = { code: "list_search_unfinished", params: { host: HOST } };

/** `partial-results; organizations=21955855,20582480`: ids only, which say nothing to a person. */
function withoutSso(headers: Headers): Reason | undefined {
  const sso = headers.get("x-github-sso") ?? "";
  if (!/^\s*partial-results\b/i.test(sso)) return undefined;
  const ids = /organizations=([\d,\s]*)/i.exec(sso)?.[1]?.split(",") ?? [];
  const count = ids.filter((id) => id.trim() !== "").length;
  return { code: "list_without_sso", params: { host: HOST, count } };
}
