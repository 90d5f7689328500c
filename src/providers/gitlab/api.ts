import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { withHooks } from "@/lib/http";
import { errorMappingOf, HOST, headerOf } from "@/providers/gitlab/error-mapping";
import { followMoves } from "@/providers/gitlab/moved";
import * as gitlab from "@/providers/gitlab/schema";
import type { Secrets, Settings } from "@/providers/gitlab/settings";
import {
  type CallOptions,
  type JsonAnswer,
  type JsonApi,
  jsonApi,
  lazyJsonApi,
} from "@/providers/kit/json-api";
import {
  countOf,
  listTooLong,
  nextFromLink,
  type PageRequest,
  rowsOf,
  type Upstream,
} from "@/providers/kit/pages";
import { pathOf } from "@/providers/kit/path";
import type { HostSession } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;

type Query = NonNullable<CallOptions["query"]>;

/** GitLab gives no more rows per page. */
export const MAX_PAGE_SIZE = 100;

/** GitLab's page size when none is requested. */
const DEFAULT_PAGE_SIZE = 20;

/** The last row that GitLab shows by page number unless an administrator says otherwise; beyond it answers 405. */
const MAX_OFFSET = 50_000;

/** The calls of GitLab's REST API v4 that are used. Paths and parameters stand here and nowhere else. */
export interface GitlabApi {
  /** The token in use: a pasted one has a page of its own in the API, one of OAuth is told beside it. */
  token(): Promise<JsonAnswer<gitlab.AccessToken>>;
  user(): Promise<JsonAnswer<gitlab.User>>;
  version(): Promise<JsonAnswer<{ version: string }>>;
  /** Projects the account is a member of. */
  projects(search: string | undefined, page: PageRequest): Promise<Upstream<gitlab.Project>>;
  /** Projects of a group and its sub-groups. */
  groupProjects(
    group: string,
    search: string | undefined,
    page: PageRequest,
  ): Promise<Upstream<gitlab.Project>>;
  /** Projects in the personal namespace of a user. */
  userProjects(
    user: string,
    search: string | undefined,
    page: PageRequest,
  ): Promise<Upstream<gitlab.Project>>;
  project(key: RepositoryKey): Promise<gitlab.Project>;
  branches(
    key: RepositoryKey,
    search: string | undefined,
    page: PageRequest,
  ): Promise<Upstream<gitlab.Branch>>;
  tags(key: RepositoryKey, search: string | undefined, page: PageRequest): Promise<Upstream<gitlab.Tag>>;
  branch(key: RepositoryKey, name: string): Promise<gitlab.Branch>;
  tag(key: RepositoryKey, name: string): Promise<gitlab.Tag>;
  commit(key: RepositoryKey, sha: string): Promise<gitlab.Commit>;
  /** Groups the account is a member of. */
  groups(page: PageRequest): Promise<Upstream<gitlab.Group>>;
}

export function gitlabApi(session: Session): GitlabApi {
  const api = lazyApi(session);
  const list = <Item>(path: string, item: z.ZodType<Item>, query: Query, page: PageRequest) =>
    listed(api(), path, item, query, page);
  const refs = async <Item>(path: string, item: z.ZodType<Item>, query: Query, page: PageRequest) =>
    refPage(await list(path, item, query, page), Boolean(query.search), page);
  const body = async <Body>(path: string, schema: z.ZodType<Body>, query?: Query): Promise<Body> =>
    (await api().get(path, schema, { query })).body;
  return {
    token: async () =>
      session.authMethod === "oauth"
        ? jsonApi({ ...optionsOf(session), root: session.base }).get("oauth/token/info", gitlab.TokenInfo)
        : api().get("personal_access_tokens/self", gitlab.AccessToken),
    user: async () => api().get("user", gitlab.User),
    version: async () => api().get("version", gitlab.Version),
    projects: async (search, page) =>
      list(
        "projects",
        gitlab.Project,
        { ...listing(search), membership: true, search_namespaces: true },
        page,
      ),
    groupProjects: async (group, search, page) =>
      list(pathOf("groups", group, "projects"), gitlab.Project, { ...listing(search), ...wholeGroup }, page),
    userProjects: async (user, search, page) =>
      list(pathOf("users", user, "projects"), gitlab.Project, listing(search), page),
    project: async (key) => body(projectPath(key), gitlab.Project),
    branches: async (key, search, page) =>
      refs(projectPath(key, "repository", "branches"), gitlab.Branch, { ...recent, search }, page),
    tags: async (key, search, page) =>
      refs(projectPath(key, "repository", "tags"), gitlab.Tag, { search }, page),
    branch: async (key, name) => body(projectPath(key, "repository", "branches", name), gitlab.Branch),
    tag: async (key, name) => body(projectPath(key, "repository", "tags", name), gitlab.Tag),
    commit: async (key, sha) =>
      body(projectPath(key, "repository", "commits", sha), gitlab.Commit, { stats: false }),
    groups: async (page) => list("groups", gitlab.Group, { min_access_level: 10 }, page),
  };
}

/** Tags come in this order by themselves. */
const recent = { sort: "updated_desc" };

const wholeGroup = { include_subgroups: true, with_shared: false };

/** The short form is several times faster on the server; most recently used first. */
function listing(search: string | undefined): Query {
  return { simple: true, archived: false, order_by: "last_activity_at", sort: "desc", search };
}

/** The numeric id never changes; the path does, and is one encoded segment. */
export function projectPath(key: RepositoryKey, ...rest: string[]): string {
  return pathOf("projects", key.id && /^\d+$/.test(key.id) ? key.id : fullPath(key.fullName), ...rest);
}

/** A name without a slash would be read as an id, and could reach another project. */
function fullPath(fullName: string): string {
  if (fullName.includes("/")) return fullName;
  throw new Fault("invalid_input", { code: "name_invalid", params: { name: fullName.slice(0, 100) } });
}

/** Settings are checked at the first call, so that opening a connection never fails. */
export function lazyApi(session: Session): () => JsonApi {
  return lazyJsonApi(() => ({ ...optionsOf(session), root: apiRoot(session) }));
}

function optionsOf({ http, authMethod, secrets, now, signal }: Session) {
  return {
    http: withHooks(http, [followMoves]),
    errorMapping: errorMappingOf(authMethod),
    authorization: headerOf(authMethod, secrets.accessToken),
    now,
    signal,
  };
}

/** Where the API answers, below the address of the server. */
export function apiRoot({ base }: Pick<Session, "base">): URL {
  return new URL("api/v4/", base);
}

export async function listed<Item>(
  api: JsonApi,
  path: string,
  item: z.ZodType<Item>,
  query: Query,
  page: PageRequest,
): Promise<Upstream<Item>> {
  const options = { query: { ...query, per_page: page.size, page: page.page } };
  const answer = await api.get(path, rowsOf(item), options).catch((error: unknown) => {
    const isEnd = page.page > 1 && error instanceof Fault && error.details?.status === 405;
    if (isEnd) return null;
    throw error;
  });
  if (!answer) return { items: [], next: null, incomplete: listTooLong(HOST, (page.page - 1) * page.size) };
  const { body, headers } = answer;
  const next = nextPage(headers, page, body.items.length + body.skipped);
  const found = { ...body, total: countOf(headers.get("x-total")), next };
  const isPastEnd = typeof next === "number" && next * page.size > MAX_OFFSET;
  return isPastEnd ? { ...body, next: null, incomplete: listTooLong(HOST, MAX_OFFSET) } : found;
}

/**
 * An empty header means that there is no next page. A proxy may have dropped it, then the links tell; and without both
 * a first page that is full, by what was asked for or by GitLab's own size, is followed by another one.
 */
function nextPage(headers: Headers, { page, size }: PageRequest, rows: number): number | null | undefined {
  const told = headers.get("x-next-page");
  if (told !== null) return told.trim() === "" ? null : countOf(told);
  const link = headers.get("link");
  if (link !== null) return nextFromLink(link);
  return page === 1 && rows < size && rows !== DEFAULT_PAGE_SIZE ? null : undefined;
}

/**
 * A page of branches or tags as it should be. GitLab makes their first page in another way than the later ones: it
 * always names a second one and counts all refs, and what was searched for comes whole, however much it is.
 */
function refPage<Item>(found: Upstream<Item>, searched: boolean, at: PageRequest): Upstream<Item> {
  if (at.page > 1) return found;
  const { total, next, ...rows } = found;
  const count = rows.items.length + (rows.skipped ?? 0);
  if (!searched && total === undefined) return { ...rows, next: count < at.size ? null : undefined };
  if (!searched) return { ...rows, total, next: at.size < Number(total) ? 2 : null };
  // Exactly as many rows as requested: either the whole list, or one page of an older server.
  if (count === at.size) return { ...rows, next };
  return { ...rows, items: rows.items.slice(0, at.size), total: count, next: count > at.size ? 2 : null };
}
