import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { authorizationOf, type Session } from "@/providers/bitbucket/credential";
import { errorMappingOf } from "@/providers/bitbucket/error-mapping";
import * as bitbucket from "@/providers/bitbucket/schema";
import { BITBUCKET } from "@/providers/bitbucket/settings";
import { type At, continuationOf, type Listed } from "@/providers/kit/continued";
import { type CallOptions, type JsonAnswer, type JsonApi, lazyJsonApi } from "@/providers/kit/json-api";
import { ownerAndName, pathOf } from "@/providers/kit/path";

type Query = NonNullable<CallOptions["query"]>;

/** Bitbucket gives no more rows per page. */
export const MAX_PAGE_SIZE = 100;

interface RepositoryFilter {
  /** A part of the name. */
  name?: string;
  /** Only what the account was given access to; else also everything public. */
  mine?: boolean;
}

/** The calls of Bitbucket's REST API 2.0 that are used. Paths and parameters stand here and nowhere else. */
export interface BitbucketApi {
  user(): Promise<JsonAnswer<bitbucket.User>>;
  /** Workspaces of the account. There is no list of repositories across them. */
  workspaces(at: At): Promise<Listed<bitbucket.Membership>>;
  repositories(workspace: string, filter: RepositoryFilter, at: At): Promise<Listed<bitbucket.Repository>>;
  repository(key: RepositoryKey): Promise<bitbucket.Repository>;
  /** The headers of an answer about one repository, which name the scopes. */
  headersAbout(fullName: string): Promise<Headers>;
  /** By its UUID, whatever workspace it is in by now. */
  repositoryAnywhere(id: string): Promise<bitbucket.Repository>;
  branches(fullName: string, name: string | undefined, at: At): Promise<Listed<bitbucket.Ref>>;
  tags(fullName: string, name: string | undefined, at: At): Promise<Listed<bitbucket.Ref>>;
  branch(fullName: string, name: string): Promise<bitbucket.Ref>;
  tag(fullName: string, name: string): Promise<bitbucket.Ref>;
  commit(fullName: string, sha: string): Promise<bitbucket.Commit>;
}

export function bitbucketApi(session: Session): BitbucketApi {
  const api = lazyApi(session);
  const one = async <Body>(path: string, schema: z.ZodType<Body>): Promise<Body> =>
    (await api().get(path, schema)).body;
  const list = <Item>(path: string, item: z.ZodType<Item>, query: Query, at: At) =>
    listed(api(), { path, item, query }, at);
  return {
    user: async () => api().get("user", bitbucket.User),
    workspaces: async (at) => list("user/workspaces", bitbucket.Membership, { sort: "slug" }, at),
    repositories: async (workspace, { name, mine }, at) => {
      const query = { q: contains(name), sort: "-updated_on", role: mine ? "member" : undefined };
      return list(pathOf("repositories", workspace), bitbucket.Repository, query, at);
    },
    repository: async (key) => one(repositoryPath(key), bitbucket.Repository),
    headersAbout: async (fullName) => (await api().get(below(fullName), bitbucket.Repository)).headers,
    repositoryAnywhere: async (id) => one(pathOf("repositories", "{}", id), bitbucket.Repository),
    branches: async (fullName, name, at) =>
      list(below(fullName, "refs", "branches"), bitbucket.Ref, { q: contains(name), sort: "name" }, at),
    tags: async (fullName, name, at) =>
      list(below(fullName, "refs", "tags"), bitbucket.Ref, { q: contains(name), sort: "-name" }, at),
    // This route takes unencoded slashes.
    branch: async (fullName, name) =>
      one(below(fullName, "refs", "branches", ...name.split("/")), bitbucket.Ref),
    tag: async (fullName, name) => one(below(fullName, "refs", "tags", ...name.split("/")), bitbucket.Ref),
    commit: async (fullName, sha) => one(below(fullName, "commit", sha), bitbucket.Commit),
  };
}

/** Bitbucket's query language: `~` finds a part, without regard to letter case. */
function contains(name: string | undefined): string | undefined {
  return name ? `name ~ "${name.replace(/["\\]/g, "\\$&")}"` : undefined;
}

function below(fullName: string, ...rest: string[]): string {
  const { owner, name } = ownerAndName(fullName);
  return pathOf("repositories", owner, name, ...rest);
}

export function isUuid(id: string | undefined): id is string {
  return /^\{[0-9a-f-]{36}\}$/i.test(id ?? "");
}

/** The UUID never changes and stands in place of the name. */
export function repositoryPath(key: RepositoryKey): string {
  const { owner, name } = ownerAndName(key.fullName);
  return pathOf("repositories", owner, isUuid(key.id) ? key.id : name);
}

/** The API address: a separate host; for another address the path that the web pages use. */
export function apiRoot({ base, settings }: Pick<Session, "base" | "settings">): URL {
  return settings.bitbucketUrl === BITBUCKET
    ? new URL("https://api.bitbucket.org/2.0/")
    : new URL("!api/2.0/", base);
}

/** Settings are checked at the first call, so that opening a connection never fails. */
export function lazyApi(session: Session): () => JsonApi {
  return lazyJsonApi(() => ({
    http: session.http,
    root: apiRoot(session),
    errorMapping: errorMappingOf(session.authMethod),
    authorization: authorizationOf(session),
    now: session.now,
    signal: session.signal,
  }));
}

export async function listed<Item>(
  api: JsonApi,
  call: { path: string; item: z.ZodType<Item>; query: Query },
  at: At,
): Promise<Listed<Item>> {
  const query = { ...(at.continuation ?? { pagelen: at.size }), ...call.query };
  const { body, headers } = await api.get(call.path, bitbucket.pageOf(call.item), { query });
  const next = continuationOf(body.next, Object.keys(call.query));
  const total = body.size ?? undefined;
  const isCut = Boolean(body.next) && next === null;
  return { ...body.values, next, isCut, headers, ...(total === undefined ? {} : { total }) };
}
