import type { RepositoryKey } from "@/git/nouns";
import { type BitbucketApi, isUuid } from "@/providers/bitbucket/api";
import type * as bitbucket from "@/providers/bitbucket/schema";
import { isNotFound } from "@/providers/kit/not-found";

/** A repository by its UUID within the workspace that is known, else in any: workspaces change names and owners too. */
export async function locate(api: BitbucketApi, key: RepositoryKey): Promise<bitbucket.Repository> {
  try {
    return await api.repository(key);
  } catch (error) {
    if (isUuid(key.id) && isNotFound(error)) return api.repositoryAnywhere(key.id);
    throw error;
  }
}

/** A repository without a main branch may hold other branches: one call for them tells. */
export async function isEmpty(api: BitbucketApi, repository: bitbucket.Repository): Promise<boolean> {
  if (repository.mainbranch) return false;
  const at = { continuation: null, size: 1 };
  const { items, skipped = 0 } = await api.branches(repository.full_name, undefined, at);
  return items.length + skipped === 0;
}
