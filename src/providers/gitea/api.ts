import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { withHooks } from "@/lib/http";
import { errorMapping, grantErrorMapping, grantedScopes } from "@/providers/gitea/error-mapping";
import { followMoves, retryPlainSlashes } from "@/providers/gitea/other-address";
import * as gitea from "@/providers/gitea/schema";
import type { Secrets, Settings } from "@/providers/gitea/settings";
import { type CallOptions, type JsonApi, jsonApi } from "@/providers/kit/json-api";
import type { Rows } from "@/providers/kit/pages";
import { countOf, nextFromLink, type PageRequest, type Upstream } from "@/providers/kit/pages";
import { nameInvalid, pathOf } from "@/providers/kit/path";
import type { ErrorMapping, Refusal } from "@/providers/kit/refusal";
import { grantedToken, usableToken } from "@/providers/kit/token";
import type { HostSession } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;
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
  person(name: string, options?: { anonymous: boolean }): Promise<gitea.Owner>;
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
  const api = giteaJson(session);
  const one = async <Body>(path: string[], schema: z.ZodType<Body>, options?: CallOptions): Promise<Body> =>
    (await api.get(pathOf(...path), schema, options)).body;
  /** The total is told for every list; the links name an address of ROOT_URL, of which only the page number is taken. */
  const list = async <Item>(
    path: string[],
    rows: z.ZodType<Rows<Item>>,
    page: PageRequest,
    query?: Query,
  ) => {
    const asked = { ...query, page: page.page, limit: page.size };
    const { body, headers } = await api.get(pathOf(...path), rows, { query: asked });
    const total = countOf(headers.get("x-total-count"));
    return total === undefined ? { ...body, next: nextFromLink(headers.get("link")) } : { ...body, total };
  };
  return {
    version: async (options) => one(["version"], gitea.Version, options),
    user: async () => one(["user"], gitea.User),
    token: async () => one(["token"], gitea.CurrentToken),
    tryScopes: async () => tryScopes(session),
    mine: async (page) => list(["user", "repos"], gitea.Repositories, page),
    ofOrganization: async (name, page) => list(["orgs", name, "repos"], gitea.Repositories, page),
    ofUser: async (name, page) => list(["users", name, "repos"], gitea.Repositories, page),
    organization: async (name) => one(["orgs", name], gitea.Owner),
    person: async (name, options) => one(["users", name], gitea.Owner, options),
    search: async (query, page) =>
      list(["repos", "search"], gitea.FoundRepositories, page, { sort: "updated", order: "desc", ...query }),
    repository: async (key) => one(repositoryPath(key), gitea.Repository),
    branches: async (fullName, q, page) => list(within(fullName, "branches"), gitea.Branches, page, { q }),
    tags: async (fullName, page) => list(within(fullName, "tags"), gitea.Tags, page),
    branch: async (fullName, name) => one(within(fullName, "branches", name), gitea.Branch),
    tag: async (fullName, name) => one(within(fullName, "tags", name), gitea.Tag),
    commit: async (fullName, sha) =>
      one(within(fullName, "git", "commits", sha), gitea.Commit, { query: lean }),
    organizations: async (page) => list(["user", "orgs"], gitea.Organizations, page),
  };
}

/** The JSON API by itself, for calls that change something. */
export function giteaJson(session: Session): JsonApi {
  return apiOf(session, session.authMethod === "oauth" ? grantErrorMapping : errorMapping);
}

/** Diffs and signatures cost the server much and are not used. */
const lean = { stat: false, files: false, verification: false };

/** The path of something in a repository. @throws Fault `invalid_input` reason `name_invalid` */
export function within(fullName: string, ...rest: string[]): string[] {
  const names = fullName.split("/");
  if (names.length !== 2) throw nameInvalid(fullName);
  return ["repos", ...names, ...rest];
}

/** The id never changes; a name may by now belong to another repository. */
function repositoryPath(key: RepositoryKey): string[] {
  return key.id && /^\d{1,18}$/.test(key.id) ? ["repositories", key.id] : within(key.fullName);
}

function apiOf(session: Session, mapping: ErrorMapping): JsonApi {
  return jsonApi({
    http: withHooks(session.http, [retryPlainSlashes, followMoves]),
    root: new URL("api/v1/", session.base),
    errorMapping: mapping,
    authorization: () => ({ authorization: `token ${tokenOf(session)}` }),
    now: session.now,
    signal: session.signal,
    redirect: "follow",
  });
}

/** The token as it can stand in a header, and for git. @throws Fault `credential_rejected` */
export function tokenOf({ authMethod, secrets }: Pick<Session, "authMethod" | "secrets">): string {
  return (authMethod === "oauth" ? grantedToken : usableToken)(errorMapping.host, secrets.accessToken);
}

/** Newer servers name the scopes of the token in the refusal. */
async function tryScopes(session: Session): Promise<"all" | string[] | null> {
  let told: string[] | null = null;
  const base = session.authMethod === "oauth" ? grantErrorMapping : errorMapping;
  const missingScopes = (refusal: Refusal) => {
    told = grantedScopes(refusal.body);
    return base.missingScopes?.(refusal) ?? [];
  };
  const api = apiOf(session, { ...base, missingScopes });
  try {
    await api.get("notifications/new", gitea.NotificationCount);
    return "all";
  } catch (error) {
    if (error instanceof Fault && error.code === "permission_missing") return told;
    throw error;
  }
}
