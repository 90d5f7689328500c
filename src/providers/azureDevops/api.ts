import type { z } from "zod";
import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type HttpHook, withHooks } from "@/lib/http";
import { errorMappingOf, HOST, isEntra, statusOf } from "@/providers/azureDevops/error-mapping";
import * as azure from "@/providers/azureDevops/schema";
import { SERVICES, type Secrets, type Settings } from "@/providers/azureDevops/settings";
import type { At, Chunk, Continuation } from "@/providers/kit/continued";
import { type CallOptions, type JsonApi, lazyJsonApi } from "@/providers/kit/json-api";
import type { Rows } from "@/providers/kit/pages";
import { ownerAndName, pathOf } from "@/providers/kit/path";
import { grantedToken, usableToken } from "@/providers/kit/token";
import type { HostSession } from "@/providers/provider";

export type Session = HostSession<Settings, Secrets>;
type Query = NonNullable<CallOptions["query"]>;

/** The service gives no more rows per page. */
export const MAX_PAGE_SIZE = 1000;

/** The list of repositories has no pages, so its answer may be large. */
const WHOLE_LIST = { maxBytes: 48 * 1024 * 1024 };

interface RefFilter {
  /** How the name begins behind `refs/`: `heads/` or `tags/v1`. */
  filter: string;
  /** A part of the name. */
  filterContains?: string;
}

/** The calls of the REST API that are used. Paths and parameters stand here and nowhere else. */
export interface AzureApi {
  connection(): Promise<azure.Connection>;
  projects(at: At): Promise<Chunk<z.infer<typeof azure.Project>>>;
  /** Every repository, of one project or of all: this list has neither pages nor a search. */
  repositories(project?: string): Promise<Rows<azure.Repository>>;
  repository(key: RepositoryKey): Promise<azure.Repository>;
  refs(repository: azure.Repository, filter: RefFilter, at: At): Promise<Chunk<azure.Ref>>;
  commit(repository: azure.Repository, sha: string): Promise<azure.Commit>;
}

export function azureApi(session: Session): AzureApi {
  const api = lazyApi(session);
  const version = { "api-version": versionOf(session.settings) };
  const page = async <Item>(path: string, item: z.ZodType<Item>, query: Query, at: At) => {
    const token = at.continuation ? tokenOf(at.continuation) : undefined;
    const asked = { ...query, $top: at.size, continuationToken: token, ...version };
    const { body, headers } = await api().get(path, azure.listOf(item), { query: asked });
    return { ...body.value, next: continuationOf(headers.get("x-ms-continuationtoken")) };
  };
  /**
   * A proxy may drop the continuation token: for a full page without one, one more row is requested to see whether
   * the list ends.
   */
  const list = async <Item>(path: string, item: z.ZodType<Item>, query: Query, at: At) => {
    const found = await page(path, item, query, at);
    if (found.next !== null || rowsIn(found) < at.size) return found;
    if (at.continuation || at.size >= MAX_PAGE_SIZE) return { ...found, isCut: at.size >= MAX_PAGE_SIZE };
    const more = await page(path, item, query, { ...at, size: at.size + 1 });
    return { ...found, isCut: rowsIn(more) > at.size };
  };
  return {
    connection: async () =>
      (await api().get("_apis/connectionData", azure.Connection, { query: { "api-version": "5.0-preview" } }))
        .body,
    projects: async (at) => list("_apis/projects", azure.Project, { stateFilter: "wellFormed" }, at),
    repositories: async (project) => {
      const path = project ? `${pathOf(project)}/${REPOSITORIES}` : REPOSITORIES;
      const options = { query: version, limits: WHOLE_LIST };
      return (await api().get(path, azure.listOf(azure.Repository), options)).body.value;
    },
    repository: async (key) =>
      (await api().get(repositoryPath(key), azure.Repository, { query: version })).body,
    refs: async (repository, filter, at) =>
      list(`${below(repository)}/refs`, azure.Ref, { ...filter, peelTags: true }, at),
    commit: async (repository, sha) =>
      (await api().get(`${below(repository)}/commits/${pathOf(sha)}`, azure.Commit, { query: version })).body,
  };
}

function rowsIn({ items, skipped }: Rows<unknown>): number {
  return items.length + skipped;
}

const REPOSITORIES = "_apis/git/repositories";

export function isGuid(id: string | undefined): id is string {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id ?? "");
}

/** The id never changes and needs no project; a name is known within its project only. */
function repositoryPath(key: RepositoryKey): string {
  if (isGuid(key.id)) return `${REPOSITORIES}/${pathOf(key.id)}`;
  const { owner, name } = ownerAndName(key.fullName);
  return `${pathOf(owner)}/${REPOSITORIES}/${pathOf(name)}`;
}

export function below({ id, project }: azure.Repository): string {
  return `${pathOf(project.name)}/${REPOSITORIES}/${pathOf(id)}`;
}

/** The token may be any text, and a cursor holds plain letters only. */
function continuationOf(token: string | null): Continuation | null {
  return token ? { token: Buffer.from(token).toString("base64url") } : null;
}

function tokenOf({ token = "" }: Continuation): string {
  return Buffer.from(token, "base64url").toString();
}

export function lazyApi(session: Session): () => JsonApi {
  return lazyJsonApi(() => ({
    http: withHooks(session.http, [tellSignInApart]),
    root: collection(session),
    errorMapping: errorMappingOf(session.authMethod),
    authorization: { authorization: schemed(session) },
    headers: plain,
    now: session.now,
    signal: session.signal,
  }));
}

/** Asks for a refusal instead of a redirect to the sign-in page. */
export const plain = { "x-tfs-fedauthredirect": "Suppress" };

/** The token as it can stand in a header, and for git. @throws Fault `credential_rejected` */
export function credentialOf({ authMethod, secrets }: Pick<Session, "authMethod" | "secrets">): string {
  return (isEntra(authMethod) ? grantedToken : usableToken)(HOST, secrets.accessToken);
}

/** Personal access tokens are sent as passwords, tokens of Entra as Bearer. */
function schemed(session: Session): string {
  const token = credentialOf(session);
  return isEntra(session.authMethod)
    ? `Bearer ${token}`
    : `Basic ${Buffer.from(`:${token}`).toString("base64")}`;
}

const tellSignInApart: HttpHook = (next) => async (request, limits) => {
  const response = await next(request, limits);
  const status = statusOf(response);
  if (status === response.status) return response;
  // The page is meant for a browser: it counts as a refusal without a message.
  const headers = new Headers(response.headers);
  headers.delete("content-type");
  return new Response(null, { status, headers });
};

export function isServices(settings: Settings): boolean {
  return settings.azureDevopsUrl === SERVICES || hasOwnHost(settings);
}

/** `acme.visualstudio.com`: the older address of an organization, with its name in the host. */
export function hasOwnHost({ azureDevopsUrl }: Settings): boolean {
  return new URL(azureDevopsUrl).hostname.endsWith(".visualstudio.com");
}

/** A Server refuses API versions newer than itself; 6.0 is that of Server 2020. */
export function versionOf(settings: Settings): string {
  return isServices(settings) ? "7.1" : "6.0";
}

/**
 * The address of the organization or collection, ending in a slash.
 * @throws Fault `invalid_input` reason `organization_needed` where the host does not say it
 */
export function collection({ base, settings }: Pick<Session, "base" | "settings">): URL {
  const name = settings.organizationName ?? "";
  if (hasOwnHost(settings)) return base;
  if (name === "" && isServices(settings))
    throw new Fault("invalid_input", { code: "organization_needed", params: { host: HOST } });
  return name === "" ? base : new URL(`${pathOf(...name.split("/"))}/`, base);
}
