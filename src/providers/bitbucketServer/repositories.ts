import type { Page, Repository } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { MAX_PAGE_SIZE, type ServerApi, type Session } from "@/providers/bitbucketServer/api";
import { toRepository } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import type * as server from "@/providers/bitbucketServer/schema";
import { continuedPage } from "@/providers/kit/continued";
import { isNotFound } from "@/providers/kit/not-found";
import { ownerWithin } from "@/providers/kit/owner";
import type { RepositoryQuery } from "@/providers/provider";

const NOTHING = { items: [], nextCursor: null };

/** One page of the repositories that the token reads, of one project or of all. */
export async function listRepositories(
  api: ServerApi,
  { settings }: Session,
  query: RepositoryQuery,
): Promise<Page<Repository>> {
  const owner = ownerWithin(settings.projectKey, query.owner);
  if (owner === null) return NOTHING;
  const wanted = wantedOf(owner, query.search?.trim() ?? "");
  const size = Math.min(query.limit, MAX_PAGE_SIZE);
  const asked = {
    host: HOST,
    query: { repositories: [owner, query.search?.trim() ?? ""] },
    cursor: query.cursor,
  };
  try {
    const page = await continuedPage(asked, (continuation) => read(api, wanted, { continuation, size }));
    // A search in a missing project finds nothing and reports no error, so the project is checked.
    if (owner && wanted.name && !query.cursor && page.items.length === 0) await api.project(owner);
    return {
      ...page,
      items: page.items.filter(wanted.fits).map((one) => shown(one, settings.bitbucketServerUrl)),
    };
  } catch (error) {
    throw owner && isNotFound(error) ? unknownProject(owner, error) : error;
  }
}

function shown(one: server.Repository, base: string): Repository {
  return toRepository(one, base);
}

interface Wanted {
  owner: string;
  name: string;
  /** Also applied to the server's answer: older versions ignore the project filter. */
  fits(one: server.Repository): boolean;
}

/** `acme/si` looks for `si` in projects whose key ends in `acme`. */
function wantedOf(owner: string, search: string): Wanted {
  const slash = search.indexOf("/");
  const keyEnd = search.slice(0, Math.max(0, slash)).toLowerCase();
  const name = search.slice(slash + 1);
  const fits = (one: server.Repository) => {
    const key = one.project.key.toLowerCase();
    return (owner === "" || key === owner.toLowerCase()) && key.endsWith(keyEnd) && isLiteral(one, name);
  };
  return { owner, name, fits };
}

/** A database may read `_` and `%` as signs of a pattern: then the answer is compared again here. */
function isLiteral({ slug, name }: server.Repository, search: string): boolean {
  if (!/[_%]/.test(search)) return true;
  return [slug, name ?? ""].some((text) => text.toLowerCase().includes(search.toLowerCase()));
}

/** The list of a project has no search, that of all projects has. */
async function read(api: ServerApi, { owner, name }: Wanted, at: Parameters<ServerApi["ofProject"]>[1]) {
  if (owner && !name) return api.ofProject(owner, at);
  const filter = { ...(owner ? { projectkey: owner } : {}), ...(name ? { name } : {}) };
  return api.repositories({ ...filter, permission: "REPO_READ" }, at);
}

function unknownProject(owner: string, cause: unknown): Fault {
  return new Fault("not_found", { code: "owner_not_found", params: { host: HOST, owner } }, { cause });
}
