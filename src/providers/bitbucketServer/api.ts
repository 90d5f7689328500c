import type { z } from "zod";
import { Fault } from "@/lib/fault";
import { type HttpHook, withHooks } from "@/lib/http";
import { errorMappingOf, HOST, statusOf, USER_HEADER } from "@/providers/bitbucketServer/error-mapping";
import * as server from "@/providers/bitbucketServer/schema";
import type { Secrets, Settings } from "@/providers/bitbucketServer/settings";
import type { At, Listed } from "@/providers/kit/continued";
import { type CallOptions, type JsonAnswer, type JsonApi, jsonApi } from "@/providers/kit/json-api";
import { ownerAndName, pathOf } from "@/providers/kit/path";
import { grantedToken, usableToken } from "@/providers/kit/token";
import type { HostSession } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;
type Query = NonNullable<CallOptions["query"]>;

/** The server silently caps a larger page size. */
export const MAX_PAGE_SIZE = 1000;

interface RepositoryFilter {
  /** A part of the name. */
  name?: string;
  projectkey?: string;
  permission?: "REPO_READ";
}

/** The calls of the REST API that are used. Paths and parameters stand here and nowhere else. */
export interface ServerApi {
  properties(): Promise<z.infer<typeof server.Properties>>;
  user(slug: string): Promise<server.User>;
  projects(at: At): Promise<Listed<z.infer<typeof server.Project>>>;
  project(key: string): Promise<z.infer<typeof server.Project>>;
  /** Across all projects. */
  repositories(filter: RepositoryFilter, at: At): Promise<Listed<server.Repository>>;
  ofProject(key: string, at: At): Promise<Listed<server.Repository>>;
  repository(fullName: string): Promise<server.Repository>;
  /** May name a branch that does not exist yet. */
  defaultBranch(fullName: string): Promise<z.infer<typeof server.DefaultBranch>>;
  branches(fullName: string, text: string | undefined, at: At): Promise<Listed<server.Branch>>;
  tags(fullName: string, text: string | undefined, at: At): Promise<Listed<server.Tag>>;
  /** The commit at a full ref name such as `refs/heads/main`; undefined when the answer holds none. */
  newest(fullName: string, ref: string): Promise<server.Commit | undefined>;
  commit(fullName: string, sha: string): Promise<server.Commit>;
}

/** Reads of the REST API, whose answers count only when they were given to an account. */
export interface ServerReads {
  one<Body>(path: string, schema: z.ZodType<Body>, query?: Query): Promise<Body>;
  list<Item>(path: string, item: z.ZodType<Item>, query: Query, at: At): Promise<Listed<Item>>;
}

export function serverReads(session: Session): ServerReads {
  const api = serverJson(session);
  const get = async <Body>(path: string, schema: z.ZodType<Body>, query?: Query) =>
    signedIn(await api.get(path, schema, { query }));
  return {
    one: async (path, schema, query) => (await get(path, schema, query)).body,
    list: async (path, item, query, { continuation, size }) => {
      const answer = await get(path, server.pageOf(item), { ...query, ...continuation, limit: size });
      return listed(answer, Number(continuation?.start ?? 0));
    },
  };
}

export function serverApi(session: Session): ServerApi {
  const api = serverJson(session);
  const { one, list } = serverReads(session);
  return {
    properties: async () =>
      (await api.get("application-properties", server.Properties, { anonymous: true })).body,
    user: async (slug) => one(pathOf("users", slug), server.User),
    projects: async (at) => list("projects", server.Project, { permission: "PROJECT_READ" }, at),
    project: async (key) => one(pathOf("projects", key), server.Project),
    repositories: async (filter, at) => list("repos", server.Repository, { ...filter }, at),
    ofProject: async (key, at) => list(pathOf("projects", key, "repos"), server.Repository, {}, at),
    repository: async (fullName) => one(below(fullName), server.Repository),
    defaultBranch: async (fullName) => one(below(fullName, "default-branch"), server.DefaultBranch),
    branches: async (fullName, filterText, at) =>
      list(below(fullName, "branches"), server.Branch, { filterText, orderBy: "ALPHABETICAL" }, at),
    tags: async (fullName, filterText, at) =>
      list(below(fullName, "tags"), server.Tag, { filterText, orderBy: "ALPHABETICAL" }, at),
    newest: async (fullName, until) => {
      const page = server.pageOf(server.Commit);
      return (await one(below(fullName, "commits"), page, { until, limit: 1 })).values.items[0];
    },
    commit: async (fullName, sha) => one(below(fullName, "commits", sha), server.Commit),
  };
}

export function below(fullName: string, ...rest: string[]): string {
  const { owner, name } = ownerAndName(fullName);
  return pathOf("projects", owner, "repos", name, ...rest);
}

/** A public server also answers when it did not accept the token, then without a user name. */
function signedIn<Body>(answer: JsonAnswer<Body>): JsonAnswer<Body> {
  if (answer.headers.get(USER_HEADER)) return answer;
  throw new Fault("credential_rejected", { code: "token_ignored", params: { host: HOST } });
}

/** Who the answer was given to. */
export function signedInName(headers: Headers): string {
  const name = headers.get(USER_HEADER) ?? "";
  try {
    return decodeURIComponent(name);
  } catch {
    // A lone percent sign stands for itself.
    return name;
  }
}

function listed<Item>(
  { body, headers }: JsonAnswer<z.infer<ReturnType<typeof server.pageOf<Item>>>>,
  start: number,
): Listed<Item> {
  const next = body.nextPageStart ?? 0;
  const goesOn = body.isLastPage !== true && next > start;
  const isCut = body.isLastPage === false && !goesOn;
  return { ...body.values, next: goesOn ? { start: String(next) } : null, isCut, headers };
}

export function serverJson(session: Session): JsonApi {
  return jsonApi({
    http: withHooks(session.http, [tellRefusalsApart]),
    root: new URL("rest/api/latest/", session.base),
    errorMapping: errorMappingOf(session.authMethod),
    authorization: () => ({ authorization: `Bearer ${tokenOf(session)}` }),
    now: session.now,
    signal: session.signal,
    // A moved repository answers with a redirect to its new place.
    redirect: "follow",
  });
}

/** The token as it can stand in a header, and for git. @throws Fault `credential_rejected` */
export function tokenOf({ authMethod, secrets }: Pick<Session, "authMethod" | "secrets">): string {
  return (authMethod === "oauth" ? grantedToken : usableToken)(HOST, secrets.accessToken);
}

const tellRefusalsApart: HttpHook = (next) => async (request, limits) => {
  const response = await next(request, limits);
  const status = statusOf(response, new URL(request.url).pathname);
  if (status === response.status) return response;
  return new Response(response.body, { status, headers: response.headers });
};
