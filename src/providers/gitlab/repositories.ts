import type { Page, Repository, RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { type GitlabApi, MAX_PAGE_SIZE, type Session } from "@/providers/gitlab/api";
import { isInside, toRepository } from "@/providers/gitlab/convert";
import { HOST } from "@/providers/gitlab/error-mapping";
import type { Project } from "@/providers/gitlab/schema";
import { searchFor } from "@/providers/gitlab/search";
import { isNotFound } from "@/providers/kit/not-found";
import { collect, numberedPage, type PageRequest, type Upstream } from "@/providers/kit/pages";
import type { RepositoryQuery } from "@/providers/provider";

/** Enough to name near matches of a mistyped group. */
const MAX_GROUP_PAGES = 3;

/** Pages that are read for a search that the host cannot do, until something is found. */
const MAX_SEARCH_PAGES = 4;

/** One page of repositories, in one call to the host where it can search for what was typed. */
export async function listRepositories(
  api: GitlabApi,
  { settings }: Session,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const scope = narrowed(settings.groupName, query.owner?.replace(/^\/+|\/+$/g, ""));
  if (scope === null) return { items: [], nextCursor: null, total: 0 };
  const { ask, keep } = searchFor(query.search, scope !== undefined);
  const fetch = source(api, scope, isSame(scope, settings.groupName), ask);
  const bound = ["projects", scope ?? "", query.search ?? ""];
  const read = async (cursor: string | undefined) => {
    const asked = { host: HOST, query: bound, cursor, size: Math.min(query.limit, MAX_PAGE_SIZE) };
    const page = await numberedPage(asked, fetch);
    const items = page.items.map((project) => toRepository(project, settings.gitlabUrl));
    return { ...page, items: items.filter((item) => isWanted(item, scope, keep)) };
  };
  if (keep === undefined) return read(query.cursor);
  const first = query.cursor;
  return collect((cursor) => read(cursor ?? first), { maxPages: MAX_SEARCH_PAGES, enough: isSome });
}

function isWanted(item: Repository, scope: string | undefined, keep = ""): boolean {
  return (!scope || isInside(item.owner, scope)) && item.fullName.toLowerCase().includes(keep);
}

function isSome(items: Repository[]): boolean {
  return items.length > 0;
}

/** The narrower of the connection's group and the one asked for; null when the second is not inside the first. */
function narrowed(group: string | null | undefined, owner: string | undefined): string | null | undefined {
  if (!group || !owner) return group || owner || undefined;
  return isInside(owner, group) ? owner : null;
}

function isSame(scope: string | undefined, group: string | null | undefined): boolean {
  return scope?.toLowerCase() === group?.toLowerCase();
}

type Source = (page: PageRequest) => Promise<Upstream<Project>>;

function source(
  api: GitlabApi,
  scope: string | undefined,
  strict: boolean,
  search: string | undefined,
): Source {
  if (!scope) return (page) => api.projects(search, page);
  return (page) => scoped(api, scope, strict, search, page);
}

/**
 * Projects of a group; the name of a person means the personal namespace, but not where a group was configured:
 * there a mistyped group must not show the empty list of a person of that name.
 */
async function scoped(
  api: GitlabApi,
  scope: string,
  strict: boolean,
  search: string | undefined,
  page: PageRequest,
): Promise<Upstream<Project>> {
  // GitLab reads digits as an id, which could be another group.
  if (/^\d+$/.test(scope)) throw ownerNotFound(scope);
  try {
    return await api.groupProjects(scope, search, page);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (strict || scope.includes("/")) throw ownerNotFound(scope);
  return api.userProjects(scope, search, page).catch((error: unknown) => {
    throw isNotFound(error) ? ownerNotFound(scope) : error;
  });
}

export async function getRepository(
  api: GitlabApi,
  { settings }: Session,
  key: RepositoryKey,
): Promise<Repository> {
  return toRepository(await api.project(key), settings.gitlabUrl);
}

/** Full paths of the groups the account belongs to. */
export async function listGroups(api: GitlabApi): Promise<string[]> {
  const read = (cursor: string | undefined) =>
    numberedPage({ host: HOST, query: "groups", cursor, size: MAX_PAGE_SIZE }, (page) => api.groups(page));
  const { items } = await collect(read, { maxPages: MAX_GROUP_PAGES });
  return items.map((group) => group.full_path);
}

function ownerNotFound(owner: string): Fault {
  return new Fault("not_found", { code: "owner_not_found", params: { host: HOST, owner } });
}
