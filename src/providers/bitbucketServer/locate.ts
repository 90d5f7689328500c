import type { RepositoryKey } from "@/git/nouns";
import { Fault } from "@/lib/fault";
import { MAX_PAGE_SIZE, type ServerApi } from "@/providers/bitbucketServer/api";
import type { Filling } from "@/providers/bitbucketServer/convert";
import { HOST } from "@/providers/bitbucketServer/error-mapping";
import type * as server from "@/providers/bitbucketServer/schema";
import { continuedPage } from "@/providers/kit/continued";
import { orNull } from "@/providers/kit/not-found";
import { collect } from "@/providers/kit/pages";

/** A search by id goes no further: 20,000 repositories. */
const MAX_PAGES = 20;

/**
 * A repository by its name, and when that is by now another one or none, by its id. No call takes an id, so the
 * list is read for it.
 */
export async function locate(api: ServerApi, key: RepositoryKey): Promise<server.Repository> {
  if (!key.id) return api.repository(key.fullName);
  const named = await orNull(api.repository(key.fullName));
  if (named && String(named.id) === key.id) return named;
  const found = await byId(api, key.id);
  if (found) return found;
  throw new Fault("not_found", { code: "host_not_found", params: { host: HOST } });
}

async function byId(api: ServerApi, id: string): Promise<server.Repository | undefined> {
  const is = (one: server.Repository) => String(one.id) === id;
  const read = (cursor: string | undefined) =>
    continuedPage({ host: HOST, query: "by id", cursor }, (continuation) =>
      api.repositories({ permission: "REPO_READ" }, { continuation, size: MAX_PAGE_SIZE }),
    );
  const { items } = await collect(read, { maxPages: MAX_PAGES, enough: (rows) => rows.some(is) });
  return items.find(is);
}

/**
 * What the repository's JSON lacks. The server names a default branch before it exists, and a deleted one does not
 * make the repository empty.
 */
export async function fillingOf(api: ServerApi, fullName: string): Promise<Filling> {
  const [named, some] = await Promise.all([orNull(api.defaultBranch(fullName)), isFilled(api, fullName)]);
  return { defaultBranch: some ? (named?.displayId ?? null) : null, empty: !some };
}

export async function isFilled(api: ServerApi, fullName: string): Promise<boolean> {
  const page = await api.branches(fullName, undefined, { continuation: null, size: 1 });
  return page.items.length + (page.skipped ?? 0) > 0;
}
