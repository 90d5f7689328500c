import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { withHooks } from "@/lib/http";
import { errorMappingOf, grantedScopes } from "@/providers/gitea/error-mapping";
import { followMoves } from "@/providers/gitea/moved";
import { retryPlainSlashes } from "@/providers/gitea/plain-slash";
import * as gitea from "@/providers/gitea/schema";
import type { Secrets, Settings } from "@/providers/gitea/settings";
import { type CallOptions, type JsonApi, type JsonApiOptions, lazyJsonApi } from "@/providers/kit/json-api";
import { countOf, nextFromLink, type PageRequest, type Upstream } from "@/providers/kit/pages";
import { ownerAndName, pathOf } from "@/providers/kit/path";
import type { Refusal } from "@/providers/kit/refusal";
import type { Rows } from "@/providers/kit/rows";
import { grantedToken, usableToken } from "@/providers/kit/token";
import type { ProviderSession } from "@/providers/provider";

export type Session = ProviderSession<Settings, Secrets>;
type Query = NonNullable<CallOptions["query"]>;

/** The server silently caps a larger page size; the administrator may set a lower cap. */
export const MAX_PAGE_SIZE = 50;

/** The calls of the REST API v1 that are used. Paths and parameters stand here and nowhere else. */
export interface GiteaApi {
  /** Needs no credential, unless the server lets nobody in without. */
  version(options?: { anonymous: boolean }): Promise<z.infer<typeof gitea.Version>>;
  user(): Promise<gitea.User>;
  /** The token in use: 1.27 and newer. */
  token(): Promise<z.infer<typeof gitea.CurrentToken>>;
  /**
   * The scopes, as the server names them when it refuses a call for which Slipway never requests a scope. `all`: it
   * was allowed. Null: refused without naming them.
   */
  tryScopes(): Promise<"all" | string[] | null>;
  /** Repositories of the account, its organizations and those shared with it. */
  mine(page: PageRequest): Promise<Upstream<gitea.Repository>>;
  /** Pages through all of them and leaves out what the account may not see: pages and total may be too large. */
  ofOrganization(name: string, page: PageRequest): Promise<Upstream<gitea.Repository>>;
  /** As of an organization. */
  ofUser(name: string, page: PageRequest): Promise<Upstream<gitea.Repository>>;
  organization(name: string): Promise<gitea.Owner>;
  /** A person, or an organization as one. */
  person(name: string): Promise<gitea.Owner>;
  /**
   * `q` is a part of the name, or `owner/name`; with `uid` only what that user or organization owns or takes part in,
   * with `exclusive` only what it owns.
   */
  search(
    query: { q?: string; uid?: number; exclusive?: boolean; sort?: "id"; order?: "asc" },
    page: PageRequest,
  ): Promise<Upstream<gitea.Repository>>;
  repository(key: RepositoryKey): Promise<gitea.Repository>;
  /** The server filters by `q` from 1.27 on and ignores it before. */
  branches(fullName: string, q: string | undefined, page: PageRequest): Promise<Upstream<gitea.Branch>>;
  tags(fullName: string, page: PageRequest): Promise<Upstream<gitea.Tag>>;
  branch(fullName: string, name: string): Promise<gitea.Branch>;
  tag(fullName: string, name: string): Promise<gitea.Tag>;
  commit(fullName: string, sha: string): Promise<gitea.Commit>;
  organizations(page: PageRequest): Promise<Upstream<gitea.Organization>>;
}

export function giteaApi(session: Session): GiteaApi {
  const api = lazyApi(session);
  const one = async <Body>(path: string, schema: z.ZodType<Body>, options?: CallOptions): Promise<Body> =>
    (await api(options?.anonymous).get(path, schema, options)).body;
  const list = <Item>(path: string, item: z.ZodType<Item>, page: PageRequest, query: Query = {}) =>
    listed(api(), { path, schema: gitea.listOf(item), query }, page);
  return {
    version: async (options) => one("version", gitea.Version, options),
    user: async () => one("user", gitea.User),
    token: async () => one("token", gitea.CurrentToken),
    tryScopes: async () => tryScopes(session),
    mine: async (page) => list("user/repos", gitea.Repository, page),
    ofOrganization: async (name, page) => list(pathOf("orgs", name, "repos"), gitea.Repository, page),
    ofUser: async (name, page) => list(pathOf("users", name, "repos"), gitea.Repository, page),
    organization: async (name) => one(pathOf("orgs", name), gitea.Owner),
    person: async (name) => one(pathOf("users", name), gitea.Owner),
    search: async (query, page) => searched(api(), query, page),
    repository: async (key) => one(repositoryPath(key), gitea.Repository),
    branches: async (fullName, q, page) => list(below(fullName, "branches"), gitea.Branch, page, { q }),
    tags: async (fullName, page) => list(below(fullName, "tags"), gitea.Tag, page),
    branch: async (fullName, name) => one(below(fullName, "branches", name), gitea.Branch),
    tag: async (fullName, name) => one(below(fullName, "tags", name), gitea.Tag),
    commit: async (fullName, sha) =>
      one(below(fullName, "git", "commits", sha), gitea.Commit, { query: lean }),
    organizations: async (page) => list("user/orgs", gitea.Organization, page),
  };
}

/** Diffs and signatures cost the server much and are not used. */
const lean = { stat: false, files: false, verification: false };

function below(fullName: string, ...rest: string[]): string {
  const { owner, name } = ownerAndName(fullName);
  return pathOf("repos", owner, name, ...rest);
}

/** The id never changes; a name may by now belong to another repository. */
function repositoryPath(key: RepositoryKey): string {
  return key.id && /^\d{1,18}$/.test(key.id) ? pathOf("repositories", key.id) : below(key.fullName);
}

function lazyApi(
  session: Session,
  errorMapping = errorMappingOf(session.authMethod),
): (anonymous?: boolean) => JsonApi {
  const http = withHooks(session.http, [retryPlainSlashes, followMoves]);
  return lazyJsonApi(
    (anonymous): JsonApiOptions => ({
      http,
      root: new URL("api/v1/", serverBase(session.settings)),
      errorMapping,
      authorization: anonymous ? {} : { authorization: `token ${tokenOf(session)}` },
      now: session.now,
      signal: session.signal,
      redirect: "follow",
    }),
  );
}

/** The token as it can stand in a header, and for git. @throws Fault `credential_rejected` */
export function tokenOf({ authMethod, secrets }: Pick<Session, "authMethod" | "secrets">): string {
  const { host } = errorMappingOf(authMethod);
  return authMethod === "oauth"
    ? grantedToken(host, secrets.accessToken)
    : usableToken(host, secrets.accessToken);
}

/** Newer servers name the scopes of the token in the refusal. */
async function tryScopes(session: Session): Promise<"all" | string[] | null> {
  let told: string[] | null = null;
  const errorMapping = errorMappingOf(session.authMethod);
  const missingScopes = (refusal: Refusal) => {
    told = grantedScopes(refusal.body);
    return errorMapping.missingScopes?.(refusal) ?? [];
  };
  const api = lazyApi(session, { ...errorMapping, missingScopes });
  try {
    await api().get("notifications/new", gitea.NotificationCount);
    return "all";
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return told;
    throw error;
  }
}

/** Where the server is called: the internal address when there is one. Both were read with the settings. */
export function serverBase(settings: Settings): URL {
  return new URL(`${settings.giteaInternalUrl || settings.giteaUrl}/`);
}

async function searched(api: JsonApi, query: Query, page: PageRequest) {
  const order = { sort: "updated", order: "desc" };
  const schema = gitea.SearchResults.transform((results) => results.data);
  return listed(api, { path: "repos/search", schema, query: { ...order, ...query } }, page);
}

/** The total is told for every list; the links name an address of ROOT_URL, of which only the page number is taken. */
async function listed<Item>(
  api: JsonApi,
  call: { path: string; schema: z.ZodType<Rows<Item>>; query: Query },
  page: PageRequest,
): Promise<Upstream<Item>> {
  const query = { ...call.query, page: page.page, limit: page.size };
  const { body, headers } = await api.get(call.path, call.schema, { query });
  const total = countOf(headers.get("x-total-count"));
  if (total !== undefined) return { ...body, total };
  return { ...body, next: nextFromLink(headers.get("link")) };
}
